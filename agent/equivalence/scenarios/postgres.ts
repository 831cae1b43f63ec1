/** PostgreSQL through pg, against a real server. Every scenario has a table of its own. */
import { Client, Pool, type PoolConfig, type QueryResult } from "pg";
import { trace } from "@opentelemetry/api";
import { play, type Scenario, type Stage } from "../stage.ts";
import { within } from "../within.ts";

const where = (): PoolConfig => ({
  host: "127.0.0.1",
  port: Number(process.env["PG_PORT"]),
  user: "postgres",
  database: "postgres",
});

const pool = (stage: Stage, options: PoolConfig = {}): Pool => {
  const made = new Pool({ ...where(), max: 2, ...options });
  stage.atEnd(() => made.end());
  return made;
};

const code = (error: unknown): unknown =>
  (error as { code?: unknown }).code ?? (error as Error).message;

const withTable = async (stage: Stage, name: string): Promise<Pool> => {
  const made = pool(stage);
  await made.query(`DROP TABLE IF EXISTS ${name}`);
  await made.query(`CREATE TABLE ${name} (id serial PRIMARY KEY, word text UNIQUE)`);
  return made;
};

const queries: Scenario = async (stage) => {
  const db = await withTable(stage, "queries");
  return within("queries", async () => [
    (await db.query("INSERT INTO queries (word) VALUES ('a'), ('b')")).rowCount,
    (await db.query("SELECT word FROM queries ORDER BY id")).rows,
    (await db.query("UPDATE queries SET word = 'c' WHERE id = 1")).rowCount,
    (await db.query("DELETE FROM queries")).rowCount,
    ((await db.query("SELECT 1 AS one; SELECT 2 AS two")) as unknown as QueryResult[]).length,
  ]);
};

const parameters: Scenario = async (stage) => {
  const db = await withTable(stage, "parameters");
  return within("parameters", async () => [
    (await db.query("INSERT INTO parameters (word) VALUES ($1) RETURNING word", ["a"])).rows,
    (await db.query({ text: "SELECT id FROM parameters WHERE word = $1", values: ["a"] })).rows,
    (
      await db.query({
        name: "by-word",
        text: "SELECT word FROM parameters WHERE word = $1",
        values: ["a"],
      })
    ).rows,
    (await db.query({ text: "SELECT word FROM parameters", rowMode: "array" })).rows,
  ]);
};

const errors: Scenario = async (stage) => {
  const db = await withTable(stage, "errors");
  await db.query("INSERT INTO errors (word) VALUES ('a')");
  return within("errors", async () => [
    await db.query("SELECT * FROM nowhere").catch(code),
    await db.query("SELEKT 1").catch(code),
    await db.query("INSERT INTO errors (word) VALUES ($1)", ["a"]).catch(code),
    await db.query("SELECT $1::int", ["no number"]).catch(code),
    await db.query("SELECT 1 / 0").catch(code),
  ]);
};

const committed: Scenario = async (stage) => {
  const db = await withTable(stage, "committed");
  return within("transaction", async () => {
    const client = await db.connect();
    try {
      await client.query("BEGIN");
      await client.query("INSERT INTO committed (word) VALUES ($1)", ["a"]);
      await client.query("SAVEPOINT half");
      await client.query("COMMIT");
    } finally {
      client.release();
    }
    return (await db.query("SELECT count(*)::int AS n FROM committed")).rows;
  });
};

const rolledBack: Scenario = async (stage) => {
  const db = await withTable(stage, "rolledback");
  return within("transaction", async () => {
    const client = await db.connect();
    try {
      await client.query("BEGIN");
      await client.query("INSERT INTO rolledback (word) VALUES ('a')");
      await client.query("INSERT INTO rolledback (word) VALUES ('a')");
      return "never";
    } catch (error) {
      await client.query("ROLLBACK");
      return code(error);
    } finally {
      client.release();
    }
  });
};

/** More callers than connections: each waits, and none loses its context. */
const waiting: Scenario = async (stage) => {
  const db = pool(stage);
  const one = (at: number): Promise<unknown> =>
    within(
      `caller ${at}`,
      async () => (await db.query("SELECT pg_sleep(0.01), $1::int AS n", [at])).rows[0].n,
    );
  return Promise.all([1, 2, 3, 4, 5, 6].map(one));
};

const exhausted: Scenario = async (stage) => {
  const db = pool(stage, { max: 1 });
  const held = await db.connect();
  // Only now: the first one may take its time.
  db.options.connectionTimeoutMillis = 20;
  const answer = await within("exhausted", () => db.query("SELECT 1").catch(code));
  held.release();
  return answer;
};

const callbacks: Scenario = async (stage) => {
  const db = pool(stage);
  return within("callback", () => {
    const outer = trace.getActiveSpan();
    return new Promise((resolve) => {
      db.query("SELECT 1 AS one", () => {
        trace.getTracer("app").startSpan("in the callback").end();
        resolve(trace.getActiveSpan() === outer);
      });
    });
  });
};

const clientAlone: Scenario = async (stage) => {
  const client = new Client(where());
  await within("connecting", () => client.connect());
  stage.atEnd(() => client.end());
  return within("asking", async () => (await client.query("SELECT 1 AS one")).rows);
};

const refused: Scenario = async (stage) => {
  const db = pool(stage, { port: 2 });
  return within("refused", () => db.query("SELECT 1").catch(code));
};

const unknownDatabase: Scenario = async (stage) => {
  const db = pool(stage, { database: "nowhere" });
  return within("unknown database", () => db.query("SELECT 1").catch(code));
};

const statementTimeout: Scenario = async (stage) => {
  const db = pool(stage, { statement_timeout: 20 });
  return within("too slow", () => db.query("SELECT pg_sleep(5)").catch(code));
};

const withoutCaller: Scenario = async (stage) => (await pool(stage).query("SELECT 1 AS one")).rows;

const statementTexts: Scenario = async (stage) => {
  const db = await withTable(stage, "texts");
  const texts = [
    "-- a comment\nDELETE FROM texts",
    "WITH first AS (SELECT min(id) AS id FROM texts) UPDATE texts SET word = 'x' FROM first WHERE texts.id = first.id",
    "select word from public.texts where word = 'secret'",
    "SELECT a.word FROM texts a JOIN texts b ON a.id = b.id",
    "EXPLAIN SELECT 1",
    "SET application_name = 'x'",
  ];
  return within("texts", async () => {
    for (const text of texts) await db.query(text);
  });
};

export const scenarios = {
  queries,
  parameters,
  errors,
  committed,
  rolledBack,
  waiting,
  exhausted,
  callbacks,
  clientAlone,
  refused,
  unknownDatabase,
  statementTimeout,
  withoutCaller,
  statementTexts,
};

if (import.meta.main) void play(scenarios);
