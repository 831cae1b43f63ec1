import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { undocumented } from "./testing/documented.ts";
import { until } from "./testing/rig.ts";
import { startRedis } from "./testing/servers.ts";
import { startService, type Service } from "./testing/service.ts";

const redis = await startRedis();
const rig = redis === undefined ? describe.skip : describe;
afterAll(() => redis?.stop());
const env = { REDIS_PORT: String(redis?.port) };

rig.each(["redis", "redis5", "redis4"])("a service on real Redis through %s", (name) => {
  let service: Service;

  beforeAll(async () => {
    service = await startService("redis.mjs", { ...env, REDIS_PACKAGE: name });
  }, 60_000);

  afterAll(() => service.stop());

  test("every command is a child of the request, with its server and never its arguments", async () => {
    const { answer, server, spans } = await service.call("/commands", 4);
    expect(answer).toEqual(["v", 1]);
    expect(spans.map((span) => span.name)).toEqual(["SET", "GET", "EXISTS"]);
    expect(new Set(spans.map(({ parentId }) => parentId))).toEqual(new Set([server.spanId]));
    expect(spans[0]).toMatchObject({
      kind: 3,
      attributes: {
        "db.system.name": "redis",
        "db.namespace": "2",
        "db.operation.name": "SET",
        "server.address": "127.0.0.1",
        "server.port": redis?.port,
      },
    });
  });

  test("a transaction and a pipeline answer as without us", async () => {
    const multi = await service.call("/multi", 5);
    expect(multi.answer).toEqual(["OK", 2]);
    expect(multi.spans.map((span) => span.name)).toEqual(["MULTI", "SET", "INCR", "EXEC"]);
    const pipeline = await service.call("/pipeline", 3);
    expect(pipeline.answer).toEqual(["2", null]);
    expect(pipeline.spans.map((span) => span.name)).toEqual(["GET", "GET"]);
  });

  test("a failure carries the server's word, and the application gets it as it was", async () => {
    const { answer, spans } = await service.call("/error", 2);
    expect(answer).toMatch(/Error/);
    expect(spans).toMatchObject([
      { name: "INCR", status: 2, attributes: { "db.response.status_code": "ERR" } },
    ]);
  });

  test("a failure nobody looks at is still an unhandled rejection", async () => {
    const { answer } = await service.call("/unhandled", 2);
    expect(answer).toMatch(/Error/);
  });

  test("durations are measured", async () => {
    const operations = () =>
      service.sink.metrics
        .get("db.client.operation.duration")
        ?.points.map(({ attributes }) => attributes["db.operation.name"]);
    await until(() => operations()?.includes("EXISTS") === true, "the durations");
    expect(operations()).toEqual(expect.arrayContaining(["SET", "GET", "MULTI", "EXEC", "INCR"]));
    expect(undocumented(service.sink)).toEqual([]);
    expect(service.app.err()).not.toContain("flashcard-otel");
  });
});

rig("jobs of bullmq on real Redis", () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService("bullmq.mjs", env);
  }, 60_000);

  afterAll(() => service.stop());

  const baggage = { baggage: "batch.id=b1" };

  test("a job is processed in the trace and with the baggage it was added in", async () => {
    const { answer, traceId, server, spans } = await service.call("/one", 5, { headers: baggage });
    expect(answer).toEqual({ traceId, batch: "b1" });
    const producer = spans.find(({ kind }) => kind === 4);
    const consumer = spans.find(({ kind }) => kind === 5);
    expect(producer).toMatchObject({
      name: "add items",
      parentId: server.spanId,
      attributes: {
        "messaging.system": "bullmq",
        "messaging.destination.name": "items",
        "messaging.operation.name": "add",
        "messaging.operation.type": "send",
        "messaging.message.id": expect.any(String) as unknown,
        "batch.id": "b1",
      },
    });
    expect(consumer).toMatchObject({
      name: "process items",
      parentId: producer?.spanId,
      status: 0,
      attributes: {
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.message.id": producer?.attributes["messaging.message.id"],
        "batch.id": "b1",
      },
    });
    expect(spans.find(({ name }) => name === "inside")?.parentId).toBe(consumer?.spanId);
  });

  test("a processor that throws is an error without its words", async () => {
    const { spans } = await service.call("/fails", 5);
    const consumer = spans.find(({ kind }) => kind === 5);
    expect(consumer).toMatchObject({ status: 2, attributes: { "error.type": "Error" } });
    expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toContain("secret");
  });

  test("jobs added at once have one producer", async () => {
    const { answer, traceId, spans } = await service.call("/bulk", 6);
    expect(answer).toMatchObject([{ traceId }, { traceId }]);
    const producers = spans.filter(({ kind }) => kind === 4);
    expect(producers).toMatchObject([{ attributes: { "messaging.batch.message_count": 2 } }]);
    const parents = spans.filter(({ kind }) => kind === 5).map(({ parentId }) => parentId);
    expect(parents).toEqual([producers[0]?.spanId, producers[0]?.spanId]);
  });

  test("what is sent and consumed is counted", async () => {
    const value = (name: string) => service.sink.metrics.get(name)?.points[0];
    await until(() => value("messaging.client.sent.messages")?.value === 4, "four messages");
    await until(() => value("messaging.process.duration")?.count === 3, "three processed");
    expect(value("messaging.client.consumed.messages")).toMatchObject({
      value: 3,
      attributes: { "messaging.system": "bullmq", "messaging.destination.name": "items" },
    });
    expect(value("messaging.client.operation.duration")?.count).toBe(3);
    expect(undocumented(service.sink)).toEqual([]);
    expect(service.app.err()).not.toContain("flashcard-otel");
  });
});
