/** Each objective on a few courses of events: which speed of burning wakes whom, and when that ends. */
import type { Rule } from "../../operator/objectives/burn.ts";
import type { Edition } from "../editions.ts";
import { otelName } from "../names.ts";
import { alertsOf, fileOf, firing } from "./file.ts";

/** Counts of good and bad events in each minute, as `from+growthxtimes` parts. */
type Minutes = [count: number, good: number, bad: number][];

const summed = (parts: Minutes, pick: (good: number, bad: number) => number): string => {
  let total = 0;
  const texts = parts.map(([count, good, bad]) => {
    const from = total;
    total += count * pick(good, bad);
    return `${from}+${pick(good, bad)}x${count - 1}`;
  });
  return texts.join(" ");
};

/** The series of an objective, and which part of the events each of them counts. */
const objectiveSeries: Record<
  string,
  Record<Edition, Record<string, (good: number, bad: number) => number>>
> = {
  "calls-in-time": {
    legacy: {
      'flashcard_api_call_duration_seconds_bucket{le="10.0"}': (good) => good,
      flashcard_api_call_duration_seconds_count: (good, bad) => good + bad,
    },
    otel: {
      [`${otelName("apiLatency")}_bucket{le="10"}`]: (good) => good,
      [`${otelName("apiLatency")}_count`]: (good, bad) => good + bad,
    },
  },
  words: {
    legacy: {
      'flashcard_processing_words_total{stage="stage1",success="true"}': (good) => good,
      'flashcard_processing_words_total{stage="stage2",success="false"}': (_good, bad) => bad,
    },
    otel: {
      [`${otelName("stage1Words")}{stage="stage1",success="true"}`]: (good) => good,
      [`${otelName("stage2Words")}{stage="stage2",success="false"}`]: (_good, bad) => bad,
    },
  },
};

interface Course {
  name: string;
  minutes: Minutes;
  /** At which minute which alerts fire. */
  checks: [minute: number, firing: string[]][];
}

/** With a budget of 5 %; a hundred events in each minute. */
const steady = (burn: number): Minutes => [[120, 100 - 5 * burn, 5 * burn]];
const courses: Course[] = [
  { name: "half the budget's speed", minutes: steady(0.5), checks: [[119, []]] },
  { name: "twice", minutes: steady(2), checks: [[119, ["ObjectiveBurnsSlowly"]]] },
  { name: "four times", minutes: steady(4), checks: [[119, ["ObjectiveBurnsSlowly"]]] },
  {
    name: "ten times",
    minutes: steady(10),
    checks: [[119, ["ObjectiveBurnsFast", "ObjectiveBurnsSlowly"]]],
  },
  {
    name: "six healthy hours, one in which all fails, and its end",
    minutes: [
      [360, 100, 0],
      [60, 0, 100],
      [20, 100, 0],
    ],
    checks: [
      [359, []],
      [365, []],
      [415, ["ObjectiveBurnsFast", "ObjectiveBurnsSlowly"]],
      // Most of the last hour was bad, but the last five minutes were not.
      [430, ["ObjectiveBurnsSlowly"]],
    ],
  },
];

const courseTest = (rules: Rule[], edition: Edition, { name, minutes, checks }: Course) => {
  const slo = rules[0]?.labels?.["slo"] ?? "";
  const series = objectiveSeries[slo]?.[edition];
  if (!series)
    throw new Error(`no series for objective ${slo}: add them to dashboards/promtool/burn.ts`);
  return {
    name: `${slo} of ${edition}: ${name}`,
    interval: "1m",
    input_series: Object.entries(series).map(([selector, pick]) => ({
      series: selector,
      values: summed(minutes, pick),
    })),
    alert_rule_test: checks.flatMap(([minute, expected]) =>
      rules.map((rule) => ({
        eval_time: `${minute}m`,
        alertname: rule.alert,
        exp_alerts: expected.includes(rule.alert ?? "") ? [firing(rule)] : [],
      })),
    ),
  };
};

export const burnTests = (edition: Edition): string => {
  const rules = alertsOf(edition).filter(({ labels = {} }) => "slo" in labels);
  const objectives = Object.values(Object.groupBy(rules, ({ labels }) => labels?.["slo"] ?? ""));
  const tests = objectives.flatMap((own = []) =>
    courses.map((course) => courseTest(own, edition, course)),
  );
  return fileOf(edition, "1m", tests);
};
