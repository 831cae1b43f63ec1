import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { undocumented } from "./testing/documented.ts";
import type { DecodedSpan } from "./testing/otlp.ts";
import { agentFolder, config, run, until, type AgentFolder, type Running } from "./testing/rig.ts";
import { startPostgres, startRedis, type Server } from "./testing/servers.ts";
import { startSink, type Sink } from "./testing/sink.ts";

const postgres = await startPostgres();
const redis = await startRedis();
const servers = [postgres, redis].filter((server): server is Server => server !== undefined);
const rig = servers.length === 2 ? describe : describe.skip;

rig("a service on real PostgreSQL and Redis", () => {
  let sink: Sink;
  let folder: AgentFolder;
  let app: Running;
  let port: string;

  beforeAll(async () => {
    sink = await startSink();
    folder = await agentFolder(config({ endpoint: sink.endpoint }));
    app = run("stores.mjs", folder, {
      PG_PORT: String(postgres?.port),
      REDIS_PORT: String(redis?.port),
    });
    port = await app.ready;
  }, 60_000);

  afterAll(async () => {
    app.child.kill("SIGTERM");
    await app.ended;
    await sink.close();
    await folder.remove();
  });

  /** What one call leaves: the answer, its server span, and its children by name. */
  async function call(
    path: string,
    count: number,
  ): Promise<{ answer: unknown; server: DecodedSpan; spans: DecodedSpan[] }> {
    const from = sink.spans.length;
    const answer: unknown = await (await fetch(`http://127.0.0.1:${port}${path}`)).json();
    const since = (): DecodedSpan[] => sink.spans.slice(from);
    await until(() => since().length >= count, `${count} spans of ${path}`);
    const server = since().find(({ attributes }) => attributes["url.path"] === path);
    if (server === undefined) throw new Error("no server span");
    return { answer, server, spans: since().filter((span) => span !== server) };
  }

  test("every statement and command is a child of the request, with what it does and never with what it says", async () => {
    const { answer, server, spans } = await call("/plain", 5);
    expect(answer).toEqual({ value: "v", rows: 2 });
    expect(spans.map(({ name }) => name)).toEqual(["set", "INSERT items", "SELECT items", "get"]);
    expect(new Set(spans.map(({ parentId }) => parentId))).toEqual(new Set([server.spanId]));
    expect(spans[1]?.attributes).toEqual({
      "db.system.name": "postgresql",
      "db.namespace": "postgres",
      "db.operation.name": "INSERT",
      "db.collection.name": "items",
      "db.query.summary": "INSERT items",
      "server.address": "127.0.0.1",
      "server.port": postgres?.port,
    });
    expect(spans[0]?.attributes).toEqual({
      "db.system.name": "redis",
      "db.namespace": "0",
      "db.operation.name": "set",
      "server.address": "127.0.0.1",
      "server.port": redis?.port,
    });
  });

  test("inside a manual span, the manual span is the parent", async () => {
    const { server, spans } = await call("/manual", 6);
    const outer = spans.find(({ name }) => name === "outer");
    const inner = spans.filter((span) => span !== outer);
    expect(outer?.parentId).toBe(server.spanId);
    expect(inner.map(({ name }) => name)).toEqual(["get", "BEGIN", "UPDATE items", "COMMIT"]);
    expect(new Set(inner.map(({ parentId }) => parentId))).toEqual(new Set([outer?.spanId]));
  });

  test("transactions and pipelines of Redis answer as without us", async () => {
    const { answer, spans } = await call("/batch", 7);
    expect(answer).toEqual({
      answers: [
        [null, "OK"],
        [null, 2],
      ],
      piped: [
        [null, "2"],
        [null, null],
      ],
    });
    expect(spans.map(({ name }) => name)).toEqual(["multi", "set", "incr", "exec", "get", "get"]);
  });

  test("failures carry the server's code, and the application gets them as they were", async () => {
    const { answer, spans } = await call("/errors", 3);
    expect(answer).toEqual(["42P01", "ReplyError"]);
    expect(
      spans.map(({ name, status, attributes }) => [
        name,
        status,
        attributes["error.type"],
        attributes["db.response.status_code"],
      ]),
    ).toEqual([
      ["SELECT nowhere", 2, "42P01", "42P01"],
      ["INCR", 2, "ERR", "ERR"],
    ]);
  });

  test("who waits for a connection keeps their own context", async () => {
    const from = sink.spans.length;
    await Promise.all(
      [1, 2, 3].map(() =>
        fetch(`http://127.0.0.1:${port}/waiting`).then((response) => response.json()),
      ),
    );
    await until(() => sink.spans.length - from >= 27, "27 spans");
    const spans = sink.spans.slice(from);
    const requests = spans.filter(({ kind }) => kind === 2);
    const children = requests.map(
      ({ spanId }) => spans.filter(({ parentId }) => parentId === spanId).length,
    );
    expect(children).toEqual([8, 8, 8]);
  });

  test("a cursor is one span until its last row, and its rows come in the context that asked", async () => {
    const { answer, server, spans } = await call("/cursor", 3);
    expect(answer).toEqual([2, 3]);
    expect(spans.map(({ name }) => name).toSorted()).toEqual(["SELECT generate_series", "in rows"]);
    expect(new Set(spans.map(({ parentId }) => parentId))).toEqual(new Set([server.spanId]));
  });

  test("a cursor that fails says why", async () => {
    const { answer, spans } = await call("/brokencursor", 2);
    expect(answer).toBe("42P01");
    expect(spans).toMatchObject([
      { name: "SELECT nowhere", status: 2, attributes: { "error.type": "42P01" } },
    ]);
  });

  test("a transaction that is rolled back shows each of its statements", async () => {
    const { answer, spans } = await call("/rollback", 4);
    expect(answer).toBe("42P01");
    expect(spans.map(({ name, status }) => [name, status])).toEqual([
      ["BEGIN", 0],
      ["INSERT nowhere", 2],
      ["ROLLBACK", 0],
    ]);
  });

  test("a callback runs in the context of its query", async () => {
    const { answer, server, spans } = await call("/callback", 3);
    expect(answer).toEqual([{ one: 1 }]);
    expect(spans.find(({ name }) => name === "in callback")?.parentId).toBe(server.spanId);
  });

  test("durations and rows are measured, with and without a request around", async () => {
    await until(() => sink.metrics.has("db.rows_affected"), "the rows");
    const durations = sink.metrics.get("db.client.operation.duration");
    const operations = durations?.points.map(({ attributes }) =>
      [attributes["db.operation.name"], attributes["db.collection.name"]].join(" "),
    );
    expect(operations).toEqual(
      expect.arrayContaining(["INSERT items", "SELECT items", "get ", "CREATE items"]),
    );
    expect(durations?.points[0]?.bounds).toEqual([0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]);
    const rows = sink.metrics
      .get("db.rows_affected")
      ?.points.find(({ attributes }) => attributes["db.operation.name"] === "INSERT");
    expect(rows).toMatchObject({
      sum: 2,
      count: 1,
      attributes: { "db.operation.name": "INSERT", "db.collection.name": "items" },
    });
  });

  test("nothing arrives that is not documented", () => {
    expect(undocumented(sink)).toEqual([]);
  });

  test("nothing is written to stderr", () => {
    expect(app.err()).toBe("");
  });
});

afterAll(async () => {
  for (const server of servers) await server.stop();
});
