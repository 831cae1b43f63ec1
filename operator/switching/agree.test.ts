import { describe, expect, test } from "@jest/globals";
import type { Manifest } from "../cluster/cluster.ts";
import { prometheus } from "../measurement/prometheus.ts";
import { answers, matrix } from "../measurement/testing/answers.ts";
import { NOW, world } from "../migration/scenes.ts";
import { agree, agreementOfPanels, lineOf } from "./agree.ts";

const flat = (mean: number) => ({ mean, spread: 0 });

describe("two lines", () => {
  test.each([
    ["the same", flat(100), flat(100), true],
    ["a sampling apart", flat(100), flat(108), true],
    ["counted twice", flat(100), flat(200), false],
    ["milliseconds for seconds", flat(0.2), flat(200), false],
    ["half lost", flat(4), flat(2), false],
    ["both zero", flat(0), flat(0), true],
    ["zero against something", flat(0), flat(1), false],
    ["jumping, within a jump", { mean: 10, spread: 5 }, { mean: 13, spread: 4 }, true],
  ])("%s", (...[, old, fresh, expected]) => {
    expect(agree(old, fresh)).toBe(expected);
    expect(agree(fresh, old)).toBe(expected);
  });

  test("are drawn by the sum of what a panel shows, without what is no number", () => {
    const points = (...values: number[]) => values.map((value, at) => ({ at, value }));
    const series = [
      { labels: { a: "1" }, points: points(1, 1, Number.NaN) },
      { labels: { a: "2" }, points: points(2, 4, Number.NaN) },
    ];
    expect(lineOf(series)).toEqual({ mean: 4, spread: 1 });
    expect(lineOf([])).toBeUndefined();
  });
});

const board = (name: string, panels: Record<string, string>): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data: {
    "a.json": JSON.stringify({
      title: "Shop",
      panels: Object.entries(panels).map(([title, expr]) => ({ title, targets: [{ expr }] })),
    }),
  },
});

describe("the panels of both editions", () => {
  const ask = async (heights: Record<string, number>, boards = {}) => {
    const range = ({ form }: { form: Record<string, string> }) => {
      const height = heights[form["query"] ?? ""];
      return height === undefined ? matrix() : matrix([{}, [[0, height]]]);
    };
    const { fetch, asked } = answers({ "http://": range });
    const seen = {
      migration: world().migration,
      now: NOW,
      otelRules: undefined,
      legacyRules: undefined,
      loaded: undefined,
      copy: undefined,
      legacyBoard: board("old", { Calls: "old_calls", Errors: "old_errors", Gone: "gone" }),
      otelBoard: board("new", { Calls: "new_calls", Errors: "new_errors", More: "more" }),
      ...boards,
    };
    const sides = {
      otel: prometheus("http://new", fetch),
      legacy: prometheus("http://old", fetch),
    };
    return { missing: await agreementOfPanels(seen, sides), asked };
  };

  test("are asked over the same window, each of its own Prometheus", async () => {
    const { missing, asked } = await ask({
      old_calls: 5,
      new_calls: 5,
      old_errors: 1,
      new_errors: 1,
    });
    expect(missing).toBeUndefined();
    expect(new Set(asked.map(({ form: { start, end } }) => `${start}-${end}`)).size).toBe(1);
    expect(
      asked.map(({ url, form }) => `${new URL(url).host} ${form["query"]}`).toSorted(),
    ).toEqual(["new new_calls", "new new_errors", "old old_calls", "old old_errors"]);
  });

  test("that disagree are named with what they show", async () => {
    const { missing } = await ask({ old_calls: 5, new_calls: 5, old_errors: 1, new_errors: 2 });
    expect(missing).toEqual({
      reason: "PanelsDisagree",
      message: "1 of 2 panels disagree: Shop: Errors shows 2 where the old one shows 1",
    });
  });

  test("are not compared over a range that the new series are too young for", async () => {
    const boards = (range: string) => ({
      legacyBoard: board("old", { Burn: `sum(rate(old[${range}]))` }),
      otelBoard: board("new", { Burn: `sum(rate(new[${range}]))` }),
    });
    const heights = { "sum(rate(old[5m]))": 1, "sum(rate(new[5m]))": 2 };
    const long = { "sum(rate(old[1h]))": 1, "sum(rate(new[1h]))": 2 };
    expect((await ask(heights, boards("5m"))).missing?.reason).toBe("PanelsDisagree");
    expect((await ask(long, boards("1h"))).missing).toBeUndefined();
  });

  test("are not compared where one shows nothing", async () => {
    expect((await ask({ old_calls: 5, old_errors: 1, new_errors: 1 })).missing).toBeUndefined();
  });
});
