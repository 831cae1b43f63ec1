import { describe, expect, test } from "@jest/globals";
import type { Span } from "../../../operator/measurement/jaeger.ts";
import { additions, perSecond } from "./rates.ts";
import { binaryTicks, linear, ticks, timeTicks } from "./scale.ts";
import { rowsOf } from "./spans.ts";
import { formatOf } from "./unit.ts";

test("a scale goes from range to range, also where there is none", () => {
  expect(linear([0, 10], [100, 0])(2.5)).toBe(75);
  expect(linear([3, 3], [5, 9])(3)).toBe(5);
});

test.each([
  [[0, 1], 4, [0, 0.25, 0.5, 0.75, 1]],
  [[-0.4, 1.1], 3, [0, 0.5, 1]],
  [[0, 97], 3, [0, 50]],
  [[5, 5], 3, [5]],
] as const)("ticks of %j are round", ([from, to], count, expected) => {
  expect(ticks([from, to], count)).toEqual(expected);
});

test("ticks of bytes are round in powers of 1024", () => {
  expect(binaryTicks([0, 130 * 2 ** 20], 3).map(formatOf("bytes"))).toEqual([
    "0 B",
    "50 MiB",
    "100 MiB",
  ]);
});

test("ticks of time are round minutes", () => {
  const at = Date.parse("2026-01-01T10:03:20Z");
  const found = timeTicks([at, at + 900_000], 3).map((tick) =>
    new Date(tick).toISOString().slice(14, 19),
  );
  expect(found).toEqual(["05:00", "10:00", "15:00"]);
});

describe("a waterfall", () => {
  const span = (spanId: string, parentId: string | undefined, startMicros: number): Span => ({
    spanId,
    parentId,
    linked: false,
    startMicros,
    durationMicros: 10,
    name: spanId,
    service: "s",
    pod: "s-1",
    tags: {},
  });

  test("shows parents before children, and orphans as roots", () => {
    const spans = [
      span("late", "root", 30),
      span("root", undefined, 0),
      span("lost", "elsewhere", 5),
      span("early", "root", 10),
    ];
    expect(rowsOf({ spans }).map(({ span: { name }, depth }) => `${depth}${name}`)).toEqual([
      "0root",
      "1early",
      "1late",
      "0lost",
    ]);
  });

  test("of no spans is empty", () => expect(rowsOf({ spans: [] })).toEqual([]));
});

describe("the pulse", () => {
  const beat = (at: number, items: number) => ({
    at,
    items,
    failed: 0,
    requests: 0,
    failedRequests: 0,
    longestGapMs: 0,
  });

  test("that has started again has lost nothing", () => {
    const beats = [beat(0, 90), beat(1000, 100), beat(2000, 4)];
    expect(additions(beats, "items")).toEqual([
      [1000, 10],
      [2000, 4],
    ]);
    expect(perSecond(beats, "items")).toEqual([
      [1000, 10],
      [2000, 4],
    ]);
  });
});

test.each([
  ["percentunit", 0.0123, "1.2 %"],
  ["s", 0.0214, "21.4 ms"],
  ["bytes", 95_420_000, "91 MiB"],
  ["reqps", 41.25, "41.3/s"],
  ["whatever", 12_345, "12k"],
])("%s writes %d as %s", (unit, value, text) => {
  expect(formatOf(unit)(value)).toBe(text);
});
