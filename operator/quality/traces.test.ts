import { describe, expect, test } from "@jest/globals";
import { jaeger, type Span, type Trace } from "../measurement/jaeger.ts";
import { answers } from "../measurement/testing/answers.ts";
import { component, NOW, status, world } from "../migration/scenes.ts";
import { examine, examineServices, examineTraces, queuesWrittenTo } from "./traces.ts";

const services = ["api", "worker"];

const span = (difference: Partial<Span> = {}): Span => ({
  spanId: "a1",
  name: "GET /",
  service: "api",
  parentId: undefined,
  linked: false,
  startMicros: 0,
  durationMicros: 10,
  tags: { "span.kind": "server" },
  ...difference,
});

const trace = (...spans: Span[]): Trace => ({ traceId: "t", spans });
const look = (service: string, traces: Trace[], among = services) =>
  examine(service, traces, { services: among, sent: queuesWrittenTo(traces, among) });

const healthy = trace(
  span(),
  span({ spanId: "b1", service: "worker", parentId: "a1", tags: { "span.kind": "consumer" } }),
);

describe("traces of a component", () => {
  test("are fine with an entry, its parents, and the others in the same traces", () => {
    expect(look("worker", [healthy])).toEqual({
      service: "worker",
      traces: 1,
      spans: 1,
      orphans: 0,
      entries: 1,
      shared: 1,
      messages: 0,
      cutOff: 0,
      trouble: undefined,
    });
  });

  test.each<[string, Trace[], string]>([
    ["none at all", [], "worker is in no trace"],
    [
      "only calls that it made itself",
      [trace(span(), span({ spanId: "b1", service: "worker", tags: { "span.kind": "client" } }))],
      "no span that takes a request",
    ],
    [
      "parents that never arrived",
      [trace(span(), span({ spanId: "b1", service: "worker", parentId: "gone" }))],
      "1 of 1 spans of worker have a parent that never arrived",
    ],
    [
      "traces of its own because the context was lost on the way",
      [trace(span({ service: "worker" }))],
      "no trace leads from another component to worker",
    ],
  ])("are not fine with %s", (_what, traces, trouble) => {
    expect(look("worker", traces).trouble).toContain(trouble);
  });

  const queue = (kind: string) => ({ "span.kind": kind, "messaging.system": "redis" });
  const sending = trace(span(), span({ spanId: "p1", parentId: "a1", tags: queue("producer") }));
  const taken = (difference: Partial<Span>) =>
    trace(
      span({ spanId: "c1", service: "worker", tags: queue("consumer"), ...difference }),
      span({ spanId: "c2", parentId: "c1", tags: {} }),
    );

  test("are not fine when the queue loses the context, however much company comes later", () => {
    expect(look("worker", [sending, taken({})]).trouble).toBe(
      "1 of 1 messages that worker takes are not in the trace that sent them: the queue loses the context",
    );
  });

  test.each<[string, Trace[]]>([
    ["that name their sender by a link", [sending, taken({ linked: true })]],
    ["that strangers sent", [taken({})]],
  ])("are fine with messages %s", (_what, traces) => {
    expect(look("worker", traces).trouble).toBeUndefined();
  });

  test("need no company where only one component is traced", () => {
    expect(look("api", [trace(span())], ["api"]).trouble).toBeUndefined();
  });
});

describe("the gate of the traces", () => {
  const raw = (endedSecondsAgo: number) => ({
    traceID: "t",
    processes: { p1: { serviceName: "api" } },
    spans: [
      {
        spanID: "a1",
        operationName: "GET /",
        processID: "p1",
        startTime: (NOW.getTime() / 1000 - endedSecondsAgo) * 1_000_000 - 10,
        duration: 10,
        tags: [{ key: "span.kind", value: "server" }],
      },
    ],
  });
  const gate = (profile: "Lean" | "Metrics", data: unknown[]) => {
    const components = [component({ stage: "Instrumented", profile })];
    const { fetch } = answers({ "http://pipeline-jaeger.shop.svc:16686/api/traces": { data } });
    return examineTraces(world({ status: status({ components }) }), { fetch });
  };

  test("passes with what was found", async () => {
    expect(await gate("Lean", [raw(60)])).toEqual({
      passed: true,
      reason: "TracesComplete",
      message: "api: 1 traces, 1 spans, 0 orphans",
    });
  });

  test("does not look at a trace whose spans may still be on their way", async () => {
    expect(await gate("Lean", [raw(5)])).toMatchObject({ passed: false });
  });

  test("asks nothing of a profile that records no traces", async () => {
    expect(await gate("Metrics", [])).toMatchObject({ passed: true, reason: "NoTracesExpected" });
  });
});

test("a component's company is also seen in the traces that are found for the others", async () => {
  const processes = { api: { serviceName: "api" }, worker: { serviceName: "worker" } };
  const raw = (spanID: string, processID: string, parent?: string) => ({
    spanID,
    operationName: "x",
    processID,
    startTime: 0,
    duration: 1,
    references: parent ? [{ refType: "CHILD_OF", traceID: "shared", spanID: parent }] : [],
    tags: [{ key: "span.kind", value: "server" }],
  });
  const shared = {
    traceID: "shared",
    processes,
    spans: [raw("a", "api"), raw("b", "worker", "a")],
  };
  const { fetch } = answers({
    "http://jaeger/api/traces?service=api": {
      data: [{ traceID: "health", processes, spans: [raw("h", "api")] }],
    },
    "http://jaeger/api/traces?service=worker": { data: [shared] },
  });
  const [api] = await examineServices(services, jaeger("http://jaeger", fetch), 1000);
  expect(api).toMatchObject({ service: "api", traces: 2, shared: 1, trouble: undefined });
});
