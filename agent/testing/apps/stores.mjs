// An ESM service on PostgreSQL and Redis, the way the pipeline uses them.
import http from "node:http";
import { Redis } from "ioredis";
import { Pool } from "pg";
import Cursor from "pg-cursor";
import { trace } from "@opentelemetry/api";

const redis = new Redis({
  host: "127.0.0.1",
  port: Number(process.env.REDIS_PORT),
  lazyConnect: false,
});
const pool = new Pool({
  host: "127.0.0.1",
  port: Number(process.env.PG_PORT),
  user: "postgres",
  database: "postgres",
  max: 2,
});
await pool.query("CREATE TABLE IF NOT EXISTS items (id serial primary key, word text)");
await redis.ping();

const routes = {
  "/plain": async () => {
    await redis.set("k", "v");
    const inserted = await pool.query("INSERT INTO items (word) VALUES ($1), ($2) RETURNING id", [
      "a",
      "b",
    ]);
    const { rows } = await pool.query("SELECT id FROM items WHERE id = ANY($1)", [
      inserted.rows.map(({ id }) => id),
    ]);
    return { value: await redis.get("k"), rows: rows.length };
  },
  "/manual": () =>
    trace.getTracer("app").startActiveSpan("outer", async (span) => {
      await redis.get("k");
      const client = await pool.connect();
      try {
        await client.query("BEGIN");
        await client.query(
          "WITH next AS (SELECT id FROM items LIMIT 1 FOR UPDATE SKIP LOCKED) UPDATE items SET word = 'x' WHERE id IN (SELECT id FROM next)",
        );
        await client.query("COMMIT");
      } finally {
        client.release();
      }
      span.end();
      return {};
    }),
  "/batch": async () => {
    const answers = await redis.multi().set("a", 1).incr("a").exec();
    const piped = await redis.pipeline().get("a").get("missing").exec();
    return { answers, piped };
  },
  "/errors": async () => {
    const failures = [];
    await pool.query("SELECT * FROM nowhere").catch((error) => failures.push(error.code));
    await redis.call("INCR", "k").catch((error) => failures.push(error.name));
    return failures;
  },
  "/waiting": async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => pool.query("SELECT pg_sleep(0.01), $1::int AS n", [n])),
    );
    return answers.map(({ rows }) => rows[0].n);
  },
  "/cursor": async () => {
    const client = await pool.connect();
    const cursor = client.query(new Cursor("SELECT n FROM generate_series(1, 5) AS n"));
    const first = await cursor.read(2);
    const second = await new Promise((resolve) =>
      cursor.read(10, (_, rows) => {
        trace.getTracer("app").startSpan("in rows").end();
        resolve(rows);
      }),
    );
    await cursor.close();
    client.release();
    return [first.length, second.length];
  },
  "/brokencursor": async () => {
    const client = await pool.connect();
    const cursor = client.query(new Cursor("SELECT * FROM nowhere"));
    const code = await cursor.read(1).catch((error) => error.code);
    client.release();
    return code;
  },
  "/rollback": async () => {
    const client = await pool.connect();
    await client.query("BEGIN");
    const code = await client.query("INSERT INTO nowhere VALUES (1)").catch((error) => error.code);
    await client.query("ROLLBACK");
    client.release();
    return code;
  },
  "/callback": () =>
    new Promise((resolve, reject) => {
      pool.query("SELECT 1 AS one", (error, result) => {
        if (error) return reject(error);
        trace.getTracer("app").startSpan("in callback").end();
        resolve(result.rows);
      });
    }),
};

const server = http.createServer(async (request, response) => {
  const body = JSON.stringify(
    (await routes[request.url]?.().catch((error) => String(error))) ?? null,
  );
  response.end(body);
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`READY ${server.address().port}\n`));
process.on("SIGTERM", async () => {
  server.close();
  await pool.end();
  redis.disconnect();
});
