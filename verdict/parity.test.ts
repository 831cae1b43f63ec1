import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { compareRow, type ParityResult, type Sample, type Samples } from "./parity.ts";
import { type ParityRow, parseParityMap, seriesOf } from "./paritymap.ts";

const row = (differences: Partial<ParityRow> = {}): ParityRow => ({
  row: "1",
  legacy: "old_total",
  otel: "new_total",
  path: "otlp",
  kind: "counter",
  unitFactor: 1,
  labels: { model: "model", success: "status" },
  values: { success: { true: "ok", false: "error" } },
  tolerancePercent: 5,
  ...differences,
});
const sample = (value: number, labels: Record<string, string> = {}): Sample => ({ labels, value });
const old = [
  sample(100, { model: "a", success: "true" }),
  sample(10, { model: "a", success: "false" }),
];
const fresh = [
  sample(102, { model: "a", status: "ok" }),
  sample(10, { model: "a", status: "error" }),
];
const compare = (
  values: { legacy?: Sample[]; otel?: Sample[] },
  differences: Partial<ParityRow> = {},
): ParityResult =>
  compareRow(row(differences), {
    legacy: { values: values.legacy ?? old },
    otel: { values: values.otel ?? fresh },
  });

describe("counters and gauges", () => {
  test("the same within the tolerance match, in the new words", () => {
    expect(compare({})).toMatchObject({ verdict: "Match", compared: 2, where: [] });
  });

  test("outside the tolerance they differ, and it says where", () => {
    const found = compare({ otel: [sample(90, { model: "a", status: "ok" }), ...fresh.slice(1)] });
    expect(found).toMatchObject({
      verdict: "Differs",
      where: [{ labels: { model: "a", status: "ok" }, legacy: 100, otel: 90 }],
    });
    expect(found.message).toBe(
      'value of {model="a", status="ok"} was 100 and is 90 (-10.0 %, allowed 5 %)',
    );
  });

  test("right totals with swapped labels differ", () => {
    const swapped = [
      sample(10, { model: "a", status: "ok" }),
      sample(100, { model: "a", status: "error" }),
    ];
    expect(compare({ otel: swapped }).where).toHaveLength(2);
  });

  test("a combination that is lost, or new, is a difference", () => {
    expect(compare({ otel: fresh.slice(0, 1) })).toMatchObject({
      verdict: "Differs",
      where: [{ legacy: 10, otel: undefined }],
    });
    expect(compare({ otel: [...fresh, sample(3, { model: "b", status: "ok" })] })).toMatchObject({
      verdict: "Differs",
      where: [{ legacy: undefined, otel: 3 }],
    });
  });

  test("labels that are not mapped are summed over, whatever pod they come from", () => {
    const pods = ["p1", "p2"].flatMap((pod) =>
      fresh.map(({ labels, value }) => sample(value / 2, { ...labels, pod })),
    );
    expect(compare({ otel: pods }).verdict).toBe("Match");
  });

  test("a label the old series does not have makes the new one better", () => {
    const finer = [
      sample(60, { model: "a", status: "ok", region: "eu" }),
      sample(40, { model: "a", status: "ok", region: "us" }),
      sample(10, { model: "a", status: "error", region: "eu" }),
    ];
    expect(compare({ otel: finer })).toMatchObject({
      verdict: "Exceeds",
      message: expect.stringContaining("region"),
    });
  });

  test("an absent label and an empty one are the same", () => {
    const labels = { model: "model" };
    expect(
      compare({ legacy: [sample(5, { model: "" })], otel: [sample(5)] }, { labels }).verdict,
    ).toBe("Match");
  });

  test("units are converted", () => {
    const labels = {};
    expect(
      compare({ legacy: [sample(2000)], otel: [sample(2)] }, { unitFactor: 0.001, labels }).verdict,
    ).toBe("Match");
    expect(
      compare({ legacy: [sample(2000)], otel: [sample(2000)] }, { unitFactor: 0.001, labels })
        .verdict,
    ).toBe("Differs");
  });

  test("gauges of several pods are averaged where the row says so", () => {
    const gauge = { kind: "gauge", labels: {}, aggregation: "avg" } as const;
    expect(compare({ legacy: [sample(4), sample(6)], otel: [sample(5)] }, gauge).verdict).toBe(
      "Match",
    );
    expect(
      compare(
        { legacy: [sample(4), sample(6)], otel: [sample(5)] },
        { ...gauge, aggregation: "sum" },
      ).verdict,
    ).toBe("Differs");
    expect(
      compare(
        { legacy: [sample(4), sample(6)], otel: [sample(6)] },
        { ...gauge, aggregation: "max" },
      ).verdict,
    ).toBe("Match");
  });

  test("rare events at the edges of the window are allowed for where the row says so", () => {
    const sides = { legacy: [sample(3)], otel: [sample(4)] };
    expect(compare(sides, { labels: {} }).verdict).toBe("Differs");
    expect(compare(sides, { labels: {}, toleranceAbsolute: 1 }).verdict).toBe("Match");
  });
});

describe("no evidence is no parity", () => {
  test.each([
    ["nothing on either side", [], []],
    ["nothing old", [], fresh],
    ["zero on both sides", [sample(0, { model: "a" })], [sample(0, { model: "a" })]],
    ["zero against nothing", [sample(0, { model: "a" })], []],
  ])("%s", (_name, legacy, otel) => {
    expect(compare({ legacy, otel }).verdict).toBe("NoEvidence");
  });

  test("but an old zero against a new count differs, and so does an old count against nothing", () => {
    expect(compare({ legacy: [sample(0, { model: "a" })] }).verdict).toBe("Differs");
    expect(compare({ otel: [] }).verdict).toBe("Differs");
  });

  test("dropped on purpose needs no samples", () => {
    expect(compare({ legacy: [], otel: [] }, { dropped: "nobody looks at it" })).toMatchObject({
      verdict: "Dropped",
      message: "nobody looks at it",
    });
  });
});

describe("histograms", () => {
  const histogram: Partial<ParityRow> = {
    kind: "histogram",
    labels: { stage: "stage" },
    unitFactor: 0.001,
    tolerancePercent: 10,
  };
  const stage = "s1";
  const samples = (buckets: [string, number][], sum: number): Samples => ({
    count: [sample(buckets.at(-1)?.[1] ?? 0, { stage })],
    sum: [sample(sum, { stage })],
    buckets: buckets.map(([le, value]) => sample(value, { stage, le })),
  });
  const legacy = samples(
    [
      ["100", 50],
      ["500", 90],
      ["+Inf", 100],
    ],
    20_000,
  );
  const judge = (otel: Samples): ParityResult => compareRow(row(histogram), { legacy, otel });

  test("count, sum and buckets are compared, boundaries in the new unit", () => {
    expect(
      judge(
        samples(
          [
            ["0.1", 50],
            ["0.5", 90],
            ["+Inf", 100],
          ],
          20,
        ),
      ),
    ).toMatchObject({ verdict: "Match", compared: 1 });
  });

  test("more boundaries than before are no difference, a missing one is", () => {
    expect(
      judge(
        samples(
          [
            ["0.1", 50],
            ["0.25", 80],
            ["0.5", 90],
            ["+Inf", 100],
          ],
          20,
        ),
      ).verdict,
    ).toBe("Match");
    expect(
      judge(
        samples(
          [
            ["0.1", 50],
            ["+Inf", 100],
          ],
          20,
        ),
      ),
    ).toMatchObject({
      verdict: "Differs",
      where: [{ part: "bucket", labels: { le: "0.5" }, otel: undefined }],
    });
  });

  test.each<[string, { buckets: [string, number][]; sum: number; part: string }]>([
    [
      "the count",
      {
        buckets: [
          ["0.1", 50],
          ["0.5", 90],
          ["+Inf", 130],
        ],
        sum: 20,
        part: "count",
      },
    ],
    [
      "the sum",
      {
        buckets: [
          ["0.1", 50],
          ["0.5", 90],
          ["+Inf", 100],
        ],
        sum: 30,
        part: "sum",
      },
    ],
    [
      "the shape",
      {
        buckets: [
          ["0.1", 20],
          ["0.5", 90],
          ["+Inf", 100],
        ],
        sum: 20,
        part: "bucket",
      },
    ],
  ])("%s differs", (_name, { buckets, sum, part }) => {
    const found = judge(samples(buckets, sum));
    expect(found.verdict).toBe("Differs");
    expect(found.where.map((difference) => difference.part)).toContain(part);
  });

  test("a nearly empty bucket may differ by a share of all observations", () => {
    expect(
      judge(
        samples(
          [
            ["0.1", 45],
            ["0.5", 90],
            ["+Inf", 100],
          ],
          20,
        ),
      ).verdict,
    ).toBe("Match");
  });
});

describe("observations near a boundary", () => {
  const near: Partial<ParityRow> = { kind: "histogram", labels: {}, tolerancePercent: 15 };
  /** All of them took as long as the boundary: by one clock a little less, by the other a little more. */
  const side = (below: number, all: number): Samples => ({
    count: [sample(all, {})],
    sum: [sample(all, {})],
    buckets: [sample(below, { le: "1" }), sample(all, { le: "+Inf" })],
  });
  const verdict = (all: number, crossed: number) =>
    compareRow(row(near), { legacy: side(all, all), otel: side(all - crossed, all) }).verdict;

  test.each([
    [4, 1, "Match"],
    [4, 4, "Differs"],
    [1000, 150, "Match"],
    [1000, 200, "Differs"],
  ])("of %d, %d on the other side: %s", (all, crossed, expected) => {
    expect(verdict(all, crossed)).toBe(expected);
  });
});

test.each([
  [50, "Match"],
  [5000, "Differs"],
])("sums of %d durations may be 25 percent apart: %s", (count, expected) => {
  const side = (sum: number): Samples => ({
    count: [sample(count, {})],
    sum: [sample(sum, {})],
    buckets: [sample(count, { le: "+Inf" })],
  });
  const near: Partial<ParityRow> = { kind: "histogram", labels: {}, tolerancePercent: 15 };
  const { verdict } = compareRow(row(near), { legacy: side(1), otel: side(0.75) });
  expect(verdict).toBe(expected);
});

describe("laws", () => {
  const labelled = fc.array(
    fc.record({
      value: fc.double({ min: 1, max: 1e6, noNaN: true }),
      model: fc.constantFrom("a", "b", "c"),
    }),
    { minLength: 1, maxLength: 8 },
  );
  const only = { labels: { model: "model" }, values: {} };

  test("a series agrees with itself, in whatever order it comes", () => {
    fc.assert(
      fc.property(labelled, (made) => {
        const side = made.map(({ value, model }) => sample(value, { model }));
        expect(compare({ legacy: side, otel: side.toReversed() }, only).verdict).toBe("Match");
      }),
    );
  });

  test("a series that grew by more than the tolerance differs", () => {
    fc.assert(
      fc.property(labelled, fc.double({ min: 1.06, max: 10, noNaN: true }), (made, factor) => {
        const side = made.map(({ value, model }) => sample(value, { model }));
        const grown = side.map(({ labels, value }) => sample(value * factor, labels));
        expect(compare({ legacy: side, otel: grown }, only).verdict).toBe("Differs");
      }),
    );
  });
});

describe("the map", () => {
  test("the pipeline's own map is accepted", () => {
    const text = readFileSync(new URL("../pipeline/parity.yaml", import.meta.url), "utf8");
    const map = parseParityMap(parse(text));
    expect(map).toMatchObject({ rows: expect.anything() });
  });

  test.each([
    ["no rows", { version: 1 }, "no list of rows"],
    ["a later version", { version: 2, rows: [] }, "version 2"],
    [
      "a wrong kind",
      { version: 1, rows: [{ ...row(), kind: "timer" }] },
      'row 1 of the parity map: kind is "timer", not one of',
    ],
    [
      "a missing field",
      { version: 1, rows: [{ ...row(), otel: undefined }] },
      "otel is missing or not a text",
    ],
    ["a typo", { version: 1, rows: [{ ...row(), tolerance: 5 }] }, "unknown field tolerance"],
    [
      "a unit factor of zero",
      { version: 1, rows: [{ ...row(), unitFactor: 0 }] },
      "unitFactor is 0, not a positive number",
    ],
    ["a row twice", { version: 1, rows: [row(), row()] }, "row 1 is twice"],
    ["no object", { version: 1, rows: ["x"] }, "row number 1"],
  ])("%s is refused with its place", (_name, map, sentence) => {
    expect(parseParityMap(map)).toEqual({ refused: expect.stringContaining(sentence) });
  });

  test("a dropped row needs no successor", () => {
    const { otel: _otel, ...rest } = row({ dropped: "nobody looks at it" });
    expect(parseParityMap({ version: 1, rows: [rest] })).toMatchObject({
      rows: [{ row: "1", otel: "" }],
    });
  });

  test("parts of a histogram have selectors of their own", () => {
    expect(seriesOf('name{a="b"}', "_count")).toBe('name_count{a="b"}');
    expect(seriesOf("name", "_bucket")).toBe("name_bucket");
  });
});

describe("what may be off because nobody looked exactly at the edges", () => {
  const loose = (value: number, slack: number): Sample => ({ labels: {}, value, slack });
  const labels = {};

  test("is allowed for besides the tolerance, on either side", () => {
    const sides = { legacy: [sample(20)], otel: [sample(24)] };
    expect(compare(sides, { labels }).verdict).toBe("Differs");
    expect(compare({ ...sides, legacy: [loose(20, 3)] }, { labels }).verdict).toBe("Match");
    expect(compare({ ...sides, otel: [loose(24, 3)] }, { labels }).verdict).toBe("Match");
  });

  test("adds up over pods like errors, not like sums", () => {
    const pods = ["a", "b", "c", "d"].map((instance) => {
      return { ...loose(25, 3), labels: { instance } };
    });
    expect(compare({ legacy: pods, otel: [sample(110)] }, { labels }).verdict).toBe("Match");
    expect(compare({ legacy: pods, otel: [sample(112)] }, { labels }).verdict).toBe("Differs");
  });

  test("adds up over the series of one pod, which stall together", () => {
    const series = Array.from({ length: 4 }, () => loose(25, 3));
    expect(compare({ legacy: series, otel: [sample(112)] }, { labels }).verdict).toBe("Match");
    expect(compare({ legacy: series, otel: [sample(118)] }, { labels }).verdict).toBe("Differs");
  });

  test("may be all there is of a series that one side has not seen yet", () => {
    const tail = { legacy: [...old, { ...sample(0.4, { model: "b" }), slack: 0.5 }] };
    expect(compare(tail).verdict).toBe("Match");
    const lost = { legacy: [...old, { ...sample(4, { model: "b" }), slack: 0.5 }] };
    expect(compare(lost).verdict).toBe("Differs");
  });

  describe("when events come in bunches", () => {
    const strict = { labels, tolerancePercent: 1 };
    /** Read a little late here and there, as a busy process answers a scrape. */
    const uneven = (late: number): number[] =>
      Array.from({ length: 24 }, (_, nth) => 40 * (nth + 1) - (nth % 3 === 0 ? late : 0));
    const read = (value: number, curve: number[], most = 40): Sample[] => [
      { labels: {}, value, slack: 0, most, curve },
    ];

    test("is what the sides disagree about all the time", () => {
      const otel = read(1000, uneven(0));
      expect(compare({ legacy: read(975, uneven(0)), otel }, strict).verdict).toBe("Differs");
      expect(compare({ legacy: read(975, uneven(20)), otel }, strict).verdict).toBe("Match");
      expect(compare({ legacy: read(900, uneven(20)), otel }, strict).verdict).toBe("Differs");
    });

    test("is no more than what came around the edges", () => {
      const [legacy, otel] = [read(975, uneven(20), 3), read(1000, uneven(0), 3)];
      expect(compare({ legacy, otel }, strict).verdict).toBe("Differs");
    });

    test("is not what one side loses all the time", () => {
      const losing = uneven(0).map((value) => value * 0.97);
      const [legacy, otel] = [read(970, losing), read(1000, uneven(0))];
      expect(compare({ legacy, otel }, strict).verdict).toBe("Differs");
    });
  });

  test("is converted with its value", () => {
    const milliseconds = { legacy: [loose(20_000, 3000)], otel: [sample(24)] };
    expect(compare(milliseconds, { labels, unitFactor: 0.001 }).verdict).toBe("Match");
  });
});
