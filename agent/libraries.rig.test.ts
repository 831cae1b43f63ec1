import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startModel, type Model } from "./testing/model.ts";
import { until, type Running } from "./testing/rig.ts";
import { undocumented } from "./testing/documented.ts";
import { startService, type Service } from "./testing/service.ts";
import type { Sink } from "./testing/sink.ts";

describe.each(["required.cjs", "imported.mjs"])("libraries as seen in %s", (name) => {
  let service: Service;
  let model: Model;
  let app: Running;
  let sink: Sink;
  let call: Service["call"];
  let ask: Service["ask"];

  beforeAll(async () => {
    model = await startModel();
    service = await startService(name, { LLM_URL: model.url });
    ({ app, sink, call, ask } = service);
  }, 60_000);

  afterAll(async () => {
    await service.stop();
    await model.close();
  });

  const unsampled = { traceparent: `00-${"7".repeat(32)}-${"8".repeat(16)}-00` };

  const lines = (text: string): Record<string, unknown>[] =>
    text
      .split("\n")
      .filter((line) => line.startsWith('{"'))
      .flatMap((line) => {
        try {
          return [JSON.parse(line) as Record<string, unknown>];
        } catch {
          return [];
        }
      });
  const line = (text: string, part: string): Record<string, unknown> | undefined =>
    lines(text).findLast((each) => JSON.stringify(each).includes(part));

  /** The points of a metric by one attribute, once `ready` is content with them. */
  async function points(
    metric: string,
    ready: (values: { attributes: object; value: number; count: number }[]) => boolean,
  ) {
    const all = () => sink.metrics.get(metric)?.points ?? [];
    await until(() => ready(all()), metric);
    return all().map(({ attributes, value, count }) => ({ attributes, value, count }));
  }

  test("JSON lines by console carry the ids, everything else is printed as it was", async () => {
    const { server } = await call("/console", 1);
    const ids = { trace_id: server.traceId, span_id: server.spanId, trace_flags: "01" };
    expect(line(app.out(), "json by console")).toEqual({
      msg: "json by console",
      nested: { a: "}" },
      ...ids,
    });
    expect(line(app.err(), "json on stderr")).toMatchObject(ids);
    for (const text of [
      "plain {text}",
      '{"a": 1} and {"b": 2}',
      "{ object: 'printed' }",
      '{"two":"arguments"} 1',
      "{}",
      '{"trace_id":"my own"}',
    ])
      expect(app.out().split("\n")).toContain(text);
  });

  test("winston's records carry the ids, also of children", async () => {
    const { server } = await call("/winston", 1);
    const ids = { trace_id: server.traceId, span_id: server.spanId, trace_flags: "01" };
    expect(line(app.out(), "by winston")).toMatchObject({ app: "tests", id: 7, ...ids });
    expect(line(app.out(), "by a child")).toMatchObject({ part: "child", ...ids });
  });

  test("an unsampled request's lines carry its ids, too", async () => {
    await ask("/console", unsampled);
    await ask("/winston", unsampled);
    const ids = { trace_id: "7".repeat(32), trace_flags: "00" };
    await until(() => line(app.out(), "by winston")?.["trace_flags"] === "00", "the line");
    expect(line(app.out(), "by winston")).toMatchObject(ids);
    expect(line(app.out(), "json by console")).toMatchObject(ids);
  });

  test("a rate limiter: who is let through, who is not and for how long", async () => {
    const { answer, server } = await call("/limiter", 1);
    expect(answer).toEqual(["ok", "ok", "RateLimiterRes"]);
    expect(server.events).toMatchObject([
      {
        name: "resilience.rejected",
        attributes: {
          "resilience.policy.type": "rate_limiter",
          "resilience.policy.name": "api",
          "resilience.retry_after": expect.any(Number) as unknown,
        },
      },
    ]);
    const requests = await points("resilience.rate_limiter.requests", (all) => all.length >= 2);
    expect(requests).toMatchObject([
      {
        value: 2,
        attributes: { "resilience.policy.name": "api", "resilience.outcome": "allowed" },
      },
      {
        value: 1,
        attributes: { "resilience.policy.name": "api", "resilience.outcome": "rejected" },
      },
    ]);
    expect(
      await points("resilience.rate_limiter.points", ([first]) => first !== undefined),
    ).toMatchObject([{ value: 2 }]);
    expect(
      await points("resilience.rate_limiter.retry_after", ([first]) => first !== undefined),
    ).toMatchObject([{ count: 1 }]);
    await ask("/queue");
    expect(
      await points("resilience.rate_limiter.queue.duration", ([first]) => first?.count === 2),
    ).toMatchObject([{ attributes: { "resilience.policy.name": "queue" } }]);
  });

  test("cockatiel: calls, rejections, states, retries, bulkheads and timeouts", async () => {
    const { answer, server } = await call("/cockatiel", 1);
    expect(answer).toEqual([
      "ok",
      "Error",
      "Error",
      "Error",
      "ok",
      expect.any(String),
      expect.any(String),
    ]);
    const events = server.events.map(({ name: event, attributes }) =>
      [
        event,
        attributes["resilience.policy.type"] ?? attributes["resilience.circuit_breaker.state"],
      ]
        .filter(Boolean)
        .join(" "),
    );
    expect(events).toEqual([
      "resilience.retry",
      "resilience.circuit_breaker.transition open",
      "resilience.rejected circuit_breaker",
      "resilience.circuit_breaker.transition half_open",
      "resilience.circuit_breaker.transition closed",
      "resilience.rejected bulkhead",
      "resilience.timeout",
    ]);
    const calls = await points("resilience.circuit_breaker.calls", (all) => all.length >= 3);
    expect(
      calls
        .filter(
          ({ attributes }) =>
            (attributes as Record<string, unknown>)["resilience.policy.name"] === "model",
        )
        .map(({ value, attributes }) => [
          (attributes as Record<string, unknown>)["resilience.outcome"],
          value,
        ]),
    ).toEqual([
      ["success", 2],
      ["failure", 2],
      ["rejected", 1],
    ]);
    expect(await points("resilience.retry.delay", ([first]) => first !== undefined)).toMatchObject([
      { count: 1, attributes: {} },
    ]);
    for (const metric of [
      "resilience.retry.exhausted",
      "resilience.bulkhead.rejections",
      "resilience.timeout.expirations",
    ])
      expect(await points(metric, ([first]) => first !== undefined)).toMatchObject([{ value: 1 }]);
  });

  test("opossum: its breaker's calls and states", async () => {
    const { answer, server } = await call("/opossum", 1);
    expect(answer).toEqual(["Error", "EOPENBREAKER", "ok"]);
    expect(server.events.map(({ name: event }) => event)).toEqual([
      "resilience.circuit_breaker.transition",
      "resilience.rejected",
      "resilience.circuit_breaker.transition",
      "resilience.circuit_breaker.transition",
    ]);
    const of = (all: { attributes: object; value: number }[]) =>
      Object.fromEntries(
        all
          .filter(
            ({ attributes }) =>
              (attributes as Record<string, unknown>)["resilience.policy.name"] === "store",
          )
          .map(({ attributes, value }) => [
            (attributes as Record<string, unknown>)["resilience.circuit_breaker.state"],
            value,
          ]),
      );
    const status = await points(
      "resilience.circuit_breaker.status",
      (all) => of(all)["half_open"] !== undefined,
    );
    expect(of(status)).toEqual({ closed: 1, open: 0, half_open: 0 });
    expect(
      of(await points("resilience.circuit_breaker.transitions", (all) => of(all)["open"] === 1)),
    ).toEqual({ open: 1, half_open: 1, closed: 1 });
  });

  const said = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-test",
    "gen_ai.request.temperature": 0.5,
    "gen_ai.request.max_tokens": 100,
    "gen_ai.response.id": "answer-1",
    "gen_ai.response.model": "gpt-test-2026",
    "server.address": "127.0.0.1",
  };
  const usage = { "gen_ai.usage.input_tokens": 11, "gen_ai.usage.output_tokens": 5 };

  test.each([
    ["/chat", "a secret answer", "chat gpt-test", { ...said, ...usage }],
    ["/stream", "a secret stream", "chat gpt-test", { ...said, ...usage }],
    ["/stopped", "a secret ", "chat gpt-test", said],
    ["/embeddings", 1, "embeddings embed-test", { "gen_ai.usage.input_tokens": 3 }],
  ])(
    "openai %s is a span around its request, without a word of it",
    async (path, told, title, attributes) => {
      const { answer, server, spans } = await call(path, 3);
      expect(answer).toBe(told);
      const generation = spans.find(({ name: span }) => span === title);
      expect(generation).toMatchObject({ kind: 3, parentId: server.spanId, status: 0, attributes });
      const request = spans.find(({ name: span }) => span === "POST");
      expect(request?.parentId).toBe(generation?.spanId);
      expect(model.traceparent()).toContain(request?.spanId);
      expect(JSON.stringify(generation?.attributes)).not.toContain("secret");
    },
  );

  test("an answer that is refused is an error with its status", async () => {
    const { answer, spans } = await call("/refused", 3);
    expect(answer).toBe("Error");
    expect(spans.find(({ name: span }) => span === "chat refused")).toMatchObject({
      status: 2,
      attributes: { "error.type": "429" },
    });
  });

  test("a call the application tells about itself has no second span", async () => {
    const { spans } = await call("/told", 3);
    expect(spans.map(({ name: span }) => span).toSorted()).toEqual(["POST", "own"]);
  });

  test("models: durations and tokens are measured", async () => {
    const chat = (all: { attributes: object; count: number }[]) =>
      all.filter(({ attributes }) => "gen_ai.response.model" in attributes);
    const durations = await points(
      "gen_ai.client.operation.duration",
      (all) => chat(all).length >= 2,
    );
    expect(durations.map(({ attributes }) => attributes)).toContainEqual({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-test",
      "gen_ai.response.model": "gpt-test-2026",
      "server.address": "127.0.0.1",
      "server.port": expect.any(Number) as unknown,
    });
    const tokens = sink.metrics.get("gen_ai.client.token.usage")?.points ?? [];
    expect(new Set(tokens.map(({ attributes }) => attributes["gen_ai.token.type"]))).toEqual(
      new Set(["input", "output"]),
    );
  });

  test("Node itself is measured", async () => {
    const names = [
      "nodejs.eventloop.delay.p99",
      "nodejs.eventloop.delay.mean",
      "nodejs.eventloop.time",
      "nodejs.eventloop.utilization",
      "v8js.memory.heap.used",
      "v8js.memory.heap.space.physical_size",
      "process.cpu.time",
      "process.memory.usage",
      "v8js.gc.duration",
    ];
    await until(() => names.every((metric) => sink.metrics.has(metric)), names.join());
    const [memory] = sink.metrics.get("process.memory.usage")?.points ?? [];
    expect(memory?.value).toBeGreaterThan(10e6);
    const utilization = sink.metrics.get("nodejs.eventloop.utilization")?.points[0]?.value ?? -1;
    expect(utilization).toBeGreaterThanOrEqual(0);
    expect(utilization).toBeLessThanOrEqual(1);
  });

  test("nothing arrives that is not documented", () => {
    expect(undocumented(service.sink)).toEqual([]);
  });

  test("nothing of ours is written to stderr", () => {
    expect(app.err()).not.toContain("flashcard-otel");
  });
});
