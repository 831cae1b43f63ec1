import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { Trace } from "../measurement/jaeger.ts";
import { clock } from "./clock.ts";
import { ask, span, trace } from "./testing/scene.ts";

/** Calls of the worker, 30 ms each, with requests of 20 ms in their middle, by a clock that is ahead. */
const called = (aheadMs: number, count = 5, pod = ""): Trace[] =>
  Array.from({ length: count }, (_, nth) => {
    const at = nth * 1_000_000;
    const tags = (kind: string) => ({ "span.kind": kind });
    return trace(
      span({
        service: "worker",
        spanId: "c",
        startMicros: at,
        durationMicros: 30_000,
        tags: tags("client"),
      }),
      span({
        pod,
        spanId: "s",
        parentId: "c",
        startMicros: at + 5000 + aheadMs * 1000,
        durationMicros: 20_000,
        tags: tags("server"),
      }),
    );
  });

const sent = (aheadMs: number): Trace[] =>
  Array.from({ length: 5 }, () =>
    trace(
      span({ service: "worker", spanId: "p", startMicros: 0, tags: { "span.kind": "producer" } }),
      span({
        spanId: "c",
        parentId: "p",
        startMicros: 1000 + aheadMs * 1000,
        durationMicros: 5_000_000,
        tags: { "span.kind": "consumer" },
      }),
    ),
  );

test.each<[string, Trace[], string, string]>([
  ["none", called(0), "Match", "no difference from that of worker to be seen in 5 calls"],
  ["a little", called(40), "Match", "about 40.0 ms ahead of that of worker, by 5 calls"],
  [
    "behind",
    called(-250),
    "Differs",
    "the clock of api is about 250.0 ms behind that of worker, by 5 calls",
  ],
  [
    "ahead",
    called(250),
    "Differs",
    "the clock of api is about 250.0 ms ahead of that of worker, by 5 calls",
  ],
  [
    "messages that are worked at for long",
    sent(0),
    "Match",
    "no difference from that of worker to be seen in 5 calls",
  ],
  [
    "messages that are taken before they are sent",
    sent(-400),
    "Differs",
    "the clock of api is about 399.0 ms behind that of worker, by 5 calls",
  ],
  ["too few calls", called(250, 2), "NoEvidence", "too few calls from other components"],
])("%s", (_what, traces, verdict, message) => {
  expect(ask(clock, "api", { traces })).toEqual({ verdict, message });
});

test("one request that ends late is no clock", () => {
  const late = called(0, 1).map(({ spans, ...rest }) => ({
    ...rest,
    spans: spans.map((one) => (one.service === "api" ? { ...one, durationMicros: 900_000 } : one)),
  }));
  expect(ask(clock, "api", { traces: [...called(0), ...late] }).verdict).toBe("Match");
});

test("one of several pods with a wrong clock is found among those with a right one", () => {
  const traces = [...called(0, 9, "api-1"), ...called(-300, 3, "api-2")];
  expect(ask(clock, "api", { traces }).message).toContain("about 300.0 ms behind");
});

test("whatever a clock is wrong by is what is said, in both directions", () => {
  fc.assert(
    fc.property(fc.integer({ min: 111, max: 100_000 }), fc.boolean(), (ms, isAhead) => {
      const { verdict, message } = ask(clock, "api", { traces: called(isAhead ? ms : -ms) });
      expect(verdict).toBe("Differs");
      expect(message).toContain(`about ${ms}.0 ms ${isAhead ? "ahead of" : "behind"}`);
    }),
  );
});
