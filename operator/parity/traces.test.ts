import { describe, expect, test } from "@jest/globals";
import type { Span, Trace } from "../measurement/jaeger.ts";
import { answers } from "../measurement/testing/answers.ts";
import { component, NOW, status, world } from "../migration/scenes.ts";
import { examine, examineTraces } from "./traces.ts";

const services = ["api", "worker"];

const span = (difference: Partial<Span> = {}): Span => ({
  spanId: "a1",
  name: "GET /",
  service: "api",
  parentId: undefined,
  startMicros: 0,
  durationMicros: 10,
  tags: { "span.kind": "server" },
  ...difference,
});

const trace = (...spans: Span[]): Trace => ({ traceId: "t", spans });
const healthy = trace(
  span(),
  span({ spanId: "b1", service: "worker", parentId: "a1", tags: { "span.kind": "consumer" } }),
);

describe("traces of a component", () => {
  test("are fine with an entry, its parents, and the others in the same traces", () => {
    expect(examine("worker", [healthy], services)).toEqual({
      service: "worker",
      traces: 1,
      spans: 1,
      orphans: 0,
      entries: 1,
      shared: 1,
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
    expect(examine("worker", traces, services).trouble).toContain(trouble);
  });

  test("need no company where only one component is traced", () => {
    expect(examine("api", [trace(span())], ["api"]).trouble).toBeUndefined();
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
