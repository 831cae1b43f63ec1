import { describe, expect, test } from "@jest/globals";
import { memoryCluster } from "../cluster/memory.ts";
import { jaeger, type Trace } from "../measurement/jaeger.ts";
import { answers } from "../measurement/testing/answers.ts";
import { component, NOW, spec, status, world } from "../migration/scenes.ts";
import { examine } from "./examine.ts";
import { company, contract, span, trace } from "./testing/scene.ts";
import { contractOf, examineServices, examineTraces } from "./traces.ts";

const services = ["api", "worker"];

const look = (service: string, traces: Trace[], among = services) =>
  examine(service, [], company(traces, { services: among }));

const troubles = (...args: Parameters<typeof look>) =>
  look(...args).rows.flatMap(({ row, verdict, message }) =>
    verdict === "Differs" ? [`${row}: ${message}`] : [],
  );

const healthy = trace(
  span(),
  span({ spanId: "b1", service: "worker", parentId: "a1", tags: { "span.kind": "consumer" } }),
);

describe("traces of a component", () => {
  test("are fine with an entry, its parents, and the others in the same traces", () => {
    const { traces, spans, rows } = look("worker", [healthy]);
    expect({ traces, spans }).toEqual({ traces: 1, spans: 1 });
    expect(rows.map(({ row }) => row)).toContain("traces of worker: parents");
    expect(rows.filter(({ verdict }) => verdict === "Differs")).toEqual([]);
  });

  test.each<[string, Trace[], string]>([
    ["none at all", [], "traces of worker: presence: worker is in no trace"],
    [
      "only calls that it made itself",
      [trace(span(), span({ spanId: "b1", service: "worker", tags: { "span.kind": "client" } }))],
      "traces of worker: entry: worker has no span that takes a request",
    ],
    [
      "parents that never arrived",
      [trace(span(), span({ spanId: "b1", service: "worker", parentId: "gone" }))],
      "traces of worker: parents: 1 of 1 spans of worker have a parent that never arrived",
    ],
    [
      "traces of its own because the context was lost on the way",
      [trace(span({ service: "worker" }))],
      "traces of worker: companions: no trace leads from another component to worker",
    ],
  ])("are not fine with %s", (_what, traces, trouble) => {
    expect(troubles("worker", traces)).toEqual([expect.stringContaining(trouble)]);
  });

  const queue = (kind: string) => ({ "span.kind": kind, "messaging.system": "redis" });
  const sending = trace(span(), span({ spanId: "p1", parentId: "a1", tags: queue("producer") }));
  const taken = (difference: object) =>
    trace(
      span({ spanId: "c1", service: "worker", tags: queue("consumer"), ...difference }),
      span({ spanId: "c2", parentId: "c1", tags: {} }),
    );

  test("are not fine when the queue loses the context, however much company comes later", () => {
    expect(troubles("worker", [sending, taken({})])).toEqual([
      "traces of worker: queues: 1 of 1 messages that worker takes are not in the trace that sent them: the queue loses the context",
    ]);
  });

  test.each<[string, Trace[]]>([
    ["that name their sender by a link", [sending, taken({ linked: true })]],
    ["that strangers sent", [taken({})]],
  ])("are fine with messages %s", (_what, traces) => {
    expect(troubles("worker", traces)).toEqual([]);
  });

  test("need no company where only one component is traced", () => {
    expect(troubles("api", [trace(span())], ["api"])).toEqual([]);
  });
});

describe("what spans may carry", () => {
  const { migration } = world({
    spec: spec({ baggage: ["tenant"] }),
    status: status({
      components: [component({ profile: "Full" }), component({ name: "worker", profile: "Lean" })],
    }),
  });

  test("is what the agent puts there, the baggage that is named, and what the map says", () => {
    const { known } = contractOf(migration, { attributes: { stage: "few" } });
    expect(known).toMatchObject({ "http.route": "few", tenant: "many", stage: "few" });
    expect("stage" in contractOf(migration, {}).known).toBe(false);
  });

  test("is closed where the map says anything, and binds no SDK with a list of its own", () => {
    expect(contractOf(migration, {}).isClosed).toBe(false);
    expect(contractOf(migration, { attributes: {} }).isClosed).toBe(true);
    expect(contractOf(migration, {}).exempt).toEqual(["api"]);
  });
});

const STORE = "http://pipeline-jaeger.shop.svc:16686/api";

describe("the gate of the traces", () => {
  const raw = (endedSecondsAgo: number, more: { key: string; value: string }[] = []) => ({
    traceID: "t",
    processes: { p1: { serviceName: "api" } },
    spans: [
      {
        spanID: "a1",
        operationName: "GET /",
        processID: "p1",
        startTime: (NOW.getTime() / 1000 - endedSecondsAgo) * 1_000_000 - 10,
        duration: 10,
        tags: [{ key: "span.kind", value: "server" }, ...more],
      },
    ],
  });
  const gate = (profile: "Lean" | "Metrics", data: unknown[], map?: string) => {
    const components = [component({ stage: "Instrumented", profile })];
    const { fetch } = answers({
      [`${STORE}/traces`]: { data },
      [`${STORE}/services/api/operations`]: { data: ["GET /"] },
    });
    const cluster = memoryCluster();
    if (map)
      cluster.put({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "map", namespace: "shop" },
        data: { "parity.yaml": map },
      });
    const asking = spec({
      legacy: { prometheus: { url: "http://old" } },
      parity: { map: { configMap: "map" } },
    });
    return examineTraces(world({ spec: asking, status: status({ components }) }), {
      cluster,
      fetch,
    });
  };

  test("passes with what was found", async () => {
    expect(await gate("Lean", [raw(60)])).toEqual({
      passed: true,
      reason: "TracesComplete",
      message: "api: 1 traces, 1 spans; 9 checks of each",
    });
  });

  test("holds spans to the attributes that the map names, where it names any", async () => {
    const traces = [raw(60, [{ key: "user.email", value: "x" }])];
    expect((await gate("Lean", traces, "version: 1\nrows: []")).passed).toBe(true);
    expect(await gate("Lean", traces, "version: 1\nrows: []\nattributes: {}")).toMatchObject({
      passed: false,
      reason: "TracesIncomplete",
      message: 'api puts attributes on spans that nobody wrote down: user.email of span "GET /"',
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
    "http://jaeger/api/services": { data: [] },
  });
  const door = jaeger("http://jaeger", fetch);
  const [api] = await examineServices(services, door, { now: 1000, contract });
  expect(api).toMatchObject({ service: "api", traces: 2 });
  expect(api?.rows).toContainEqual({
    row: "traces of api: companions",
    verdict: "Match",
    message: "1 of 2 traces with other components",
  });
});
