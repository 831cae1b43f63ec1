import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { SpanMap } from "@flashcard-otel/verdict/paritymap.ts";
import type { Span } from "../measurement/jaeger.ts";
import type { Series } from "../measurement/prometheus.ts";
import { explain } from "./operations.ts";
import { span } from "./testing/scene.ts";

const map: SpanMap = {
  where: { "db.system.name": ["postgresql"] },
  labels: { operation: "db.operation.name" },
};
const window = { start: 100, end: 160 };

/** One operation every 20 ms, of one pod. */
const moments = Array.from({ length: 5000 }, (_, nth) => 80 + nth * 0.02);

const ended = (at: number, difference: Partial<Span> = {}): Span =>
  span({
    pod: "api-1",
    startMicros: at * 1_000_000 - 1000,
    durationMicros: 1000,
    tags: { "span.kind": "client", "db.system.name": "postgresql", "db.operation.name": "SELECT" },
    ...difference,
  });

/** As it is scraped every 10 s, 3 s after the minute. */
const scraped = (events: number[], labels: Record<string, string> = {}): Series => ({
  labels: { pod: "api-1", operation: "SELECT", ...labels },
  points: [73, 83, 93, 103, 113, 123, 133, 143, 153, 163].map((at) => ({
    at,
    value: events.filter((event) => event <= at).length,
  })),
});

const spans = moments.map((at) => ended(at));
const look = (difference: { series?: Series[]; spans?: Span[]; map?: SpanMap } = {}) =>
  explain(difference.map ?? map, {
    series: difference.series ?? [scraped(moments)],
    spans: difference.spans ?? spans,
    window,
  });

test("spans that are all there explain all operations, exactly between two looks at the counter", () => {
  expect(look()).toEqual({
    verdict: "Match",
    message: "spans explain 100.000 % of 2500 operations",
  });
});

test("one in a hundred that is lost is found, with its place", () => {
  const some = spans.filter((_, nth) => nth % 100 > 0);
  expect(look({ spans: some })).toEqual({
    verdict: "Differs",
    message: expect.stringMatching(
      /^spans explain 99\.\d+ % of 2500 operations, 99\.900 % are needed; most are missing of \{db\.operation\.name="SELECT"\} of pod api-1: 2475 spans for 2500$/,
    ),
  });
});

describe("does not count", () => {
  test.each<[string, Partial<Span>]>([
    ["another pod's", { pod: "api-2" }],
    ["another kind's", { tags: { "db.system.name": "postgresql", "db.operation.name": "INSERT" } }],
    ["another store's", { tags: { "db.system.name": "redis", "db.operation.name": "SELECT" } }],
  ])("%s spans", (_whose, difference) => {
    const others = moments.map((at) => ended(at, difference));
    expect(look({ spans: others })).toMatchObject({
      verdict: "Differs",
      message: expect.stringContaining("explain 0.000 %"),
    });
  });
});

test("more spans than operations are no trouble, and make up for none that are missing elsewhere", () => {
  const other = (of: number[]) => scraped(of, { operation: "INSERT" });
  const inserts = moments.map((at) =>
    ended(at, { tags: { "db.system.name": "postgresql", "db.operation.name": "INSERT" } }),
  );
  expect(look({ spans: [...spans, ...spans, ...inserts] }).verdict).toBe("Match");
  const found = look({ series: [scraped(moments), other(moments)], spans: [...spans, ...spans] });
  expect(found.message).toContain("explain 50.000 % of 5000");
});

test("names may be told by the span's name, and labels that are not mapped are summed over", () => {
  const cache: SpanMap = {
    where: { "span.name": ["cache.get"] },
    labels: { operation: "span.name" },
    values: { operation: { get: "cache.get" } },
  };
  const [even, odd] = [0, 1].map((rest) => moments.filter((_, nth) => nth % 2 === rest));
  const series = [
    scraped(even ?? [], { operation: "get", hit: "true" }),
    scraped(odd ?? [], { operation: "get", hit: "false" }),
  ];
  const named = moments.map((at) => ended(at, { name: "cache.get" }));
  expect(look({ map: cache, series, spans: named }).message).toContain("100.000 % of 2500");
  expect(look({ map: cache, series }).message).toContain("explain 0.000 %");
});

test("operations between the first look and a series that begins later are none of its own", () => {
  const late = moments.filter((at) => at > 125);
  const [{ labels, points }] = [scraped(late)];
  const born = { labels, points: points.filter(({ value }) => value > 0) };
  expect(look({ series: [born], spans: late.map((at) => ended(at)) })).toMatchObject({
    verdict: "Match",
    message: expect.stringContaining("100.000 %"),
  });
});

test.each<[string, Series[], string]>([
  ["nothing counted", [scraped([])], "the counter counts nothing in the window"],
  ["no series", [], "the counter counts nothing in the window"],
  [
    "no pods",
    [{ ...scraped(moments), labels: { operation: "SELECT" } }],
    "a series of the counter has no label pod that names its pod",
  ],
])("%s is no evidence", (_what, series, message) => {
  expect(look({ series })).toEqual({ verdict: "NoEvidence", message });
});

test("an operation beside a look may be on either side of it", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.2, noNaN: true }), (delay) => {
      // The value of a moment is what there is a little later.
      const late = scraped(moments.map((at) => at - delay));
      expect(look({ series: [late] }).verdict).toBe("Match");
    }),
  );
});
