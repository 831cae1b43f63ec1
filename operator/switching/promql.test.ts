import { describe, expect, test } from "@jest/globals";
import { filledIn, readsOf } from "./promql.ts";

describe("the series that an expression reads", () => {
  test.each<[string, string[]]>([
    ["up", ["up"]],
    [
      'sum by (model) (rate(calls_total{status="error"}[1m])) / sum(rate(calls_total[1m]))',
      ["calls_total"],
    ],
    ["sum(rate(a_total[5m])) without (le) > 0.1", ["a_total"]],
    [
      "histogram_quantile(0.95, sum by (le, stage) ((rate(a_bucket[1m]) or rate(b_bucket[1m]))))",
      ["a_bucket", "b_bucket"],
    ],
    ["a * on (pod) group_left (node) b offset 5m > bool 1e3", ["a", "b"]],
    ["job:errors:rate5m unless ON(x) absent(other) @ end()", ["job:errors:rate5m", "other"]],
    ['{__name__="a", x="y"} + {"b.c", x="z"}', ["a", "b.c"]],
    ["count(c{x='sum by'}) # d", ["c"]],
    ["max_over_time(queue_age_seconds[10m:30s]) > 120", ["queue_age_seconds"]],
    ["topk(5, sum(x) by (y))", ["x"]],
    ["1 + 0x1F + Inf", []],
    ["", []],
  ])("%s", (expression, names) => {
    expect(readsOf(expression).names).toEqual(names);
  });

  test("a pattern of names is anchored", () => {
    const [pattern] = readsOf('{__name__=~"old_.*|b"}').patterns;
    expect(["old_x", "b", "an_old_x"].map((name) => pattern?.test(name))).toEqual([
      true,
      true,
      false,
    ]);
  });
});

test.each([
  ["rate(a[$__rate_interval])", "rate(a[1m])"],
  ["rate(a[${__interval}])", "rate(a[1m])"],
  ["increase(a[$__range]) / $__range_s", "increase(a[1h]) / 3600"],
  ["rate(a[$window])", "rate(a[1m])"],
  ['a{model="$model", pod=~"${pod:regex}"}', 'a{model=~".*", pod=~".*"}'],
  ["max_over_time(a[$__range:1m])", "max_over_time(a[1h:1m])"],
  ["max_over_time(a[$window:15s])", "max_over_time(a[1m:15s])"],
  ["rate(a[${window:text}])", "rate(a[1m])"],
  ["a > 1", "a > 1"],
])("the variables of %s are filled in", (expression, filled) => {
  expect(filledIn(expression)).toBe(filled);
});
