import { describe, expect, test } from "@jest/globals";
import { instead, nearest } from "../similar.ts";
import { yaml } from "./emit.ts";
import { picture } from "./interval.ts";
import { table } from "./table.ts";
import { minutes, span } from "./time.ts";

describe("a verdict's picture", () => {
  const at = (estimate: number, spread: number) =>
    picture({ estimate, lower: estimate - spread, upper: estimate + spread, limit: 1 }, 40);

  test("keeps its limit in place while the interval closes in", () => {
    const limits = [3, 1, 0.5].map((spread) => at(0.2, spread).indexOf("┃"));
    expect(new Set(limits).size).toBe(1);
  });

  test("has the interval on one side of the limit when there is a verdict", () => {
    expect(at(0.2, 0.5).indexOf(")")).toBeLessThan(at(0.2, 0.5).indexOf("┃"));
    expect(at(2.5, 1).indexOf("(")).toBeGreaterThan(at(2.5, 1).indexOf("┃"));
  });

  test("is as wide as it was asked to be, wherever the numbers are", () => {
    for (const estimate of [-1000, 0, 37, 1e9]) expect(at(estimate, 5)).toHaveLength(40);
  });
});

test("words that kubectl would take for something else are quoted", async () => {
  const env = { name: "MONITORING", value: "off", other: "1e3", time: "12:30" };
  expect(await yaml(env)).toBe('name: MONITORING\nvalue: "off"\nother: "1e3"\ntime: "12:30"\n');
});

test.each([
  [0, "0s"],
  [45, "45s"],
  [150, "2m30s"],
  [600, "10m"],
  [7500, "2h5m"],
  [200_000, "2d7h"],
])("%d seconds are %s", (seconds, text) => {
  expect(span(seconds)).toBe(text);
});

test("minutes are rounded up, and never none", () => {
  expect([0, 59, 61].map(minutes)).toEqual(["1 min", "1 min", "2 min"]);
});

test("columns stand under each other, colours or not", () => {
  expect(
    table([
      ["a", "b"],
      ["\u001B[32mlong\u001B[39m", "c"],
    ]),
  ).toEqual(["a     b", "\u001B[32mlong\u001B[39m  c"]);
});

describe("a word that is not known", () => {
  test.each([
    ["stats", "status"],
    ["Statsu", "status"],
    ["pau", "pause"],
    ["xyzzy", undefined],
  ])("%s is taken for %s", (word, meant) => {
    expect(nearest(word, ["status", "pause", "retry"])).toBe(meant);
  });

  test("is answered with what there is, unless that is too much", () => {
    expect(instead("xyzzy", ["a", "b"])).toBe("known are a, b");
    expect(
      instead(
        "xyzzy",
        Array.from({ length: 20 }, (_, index) => `word${index}`),
      ),
    ).toBe("see --help");
  });
});
