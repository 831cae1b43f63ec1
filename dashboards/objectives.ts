/** What the pipeline promises, told in both naming schemes. */
import {
  budgetOf,
  type Objective,
  ratioName,
  selector,
  type Sli,
} from "../operator/objectives/burn.ts";
import { BRIDGED, joined } from "../operator/parity/bridge.ts";
import { type Edition } from "./editions.ts";
import { otelName } from "./names.ts";

interface Counted {
  good: string[];
  total: string[];
}

interface Promised extends Objective {
  /** Selectors of counters. */
  counted: Record<Edition, Counted>;
}

const words = (["stage1Words", "stage2Words", "otherWords"] as const).map((key) => otelName(key));
const latency = "flashcard_api_call_duration_seconds";

/** A bound is written as `10` or as `10.0`, by the way it came. */
const withinTenSeconds = '_bucket{le=~"10(\\\\.0)?"}';

/** The demonstration refuses a word in a hundred on purpose, which must not burn. */
export const promises: Promised[] = [
  {
    name: "calls-in-time",
    targetPercent: 95,
    windowDays: 30,
    counted: {
      legacy: { good: [`${latency}${withinTenSeconds}`], total: [`${latency}_count`] },
      otel: {
        good: [`${otelName("apiLatency")}${withinTenSeconds}`],
        total: [`${otelName("apiLatency")}_count`],
      },
    },
  },
  {
    name: "words",
    targetPercent: 95,
    windowDays: 30,
    counted: {
      legacy: {
        good: ['flashcard_processing_words_total{success="true"}'],
        total: ["flashcard_processing_words_total"],
      },
      otel: { good: words.map((name) => `${name}{success="true"}`), total: words },
    },
  },
];

const sumOf = (counters: string[], window: string): string => {
  const rates = counters.map((counter) => `rate(${counter}[${window}])`);
  return `sum(${rates.join(" or ")})`;
};

/** Where nothing was good there is no series of good events. */
const goodOf = ({ good, total }: Counted, window: string): string =>
  `(${sumOf(good, window)} or 0 * ${sumOf(total, window)})`;

const badOf = (counted: Counted, window: string): string =>
  `(${sumOf(counted.total, window)} - ${goodOf(counted, window)})`;

const totalOf = ({ total }: Counted, window: string): string => sumOf(total, window);

export const sliOf = ({ name, counted }: Promised, edition: Edition): Sli => ({
  errorRatio: (window) =>
    `${badOf(counted[edition], window)} / ${totalOf(counted[edition], window)}`,
  labels: { slo: name, edition },
});

/** Both editions as one, also for times in which only one of them was recorded; steps as long as what is summed is fine. */
export const bridgedSli = ({ name, counted: { legacy, otel } }: Promised): Sli => {
  const bad = joined(badOf(legacy, "5m"), badOf(otel, "5m"));
  const total = joined(totalOf(legacy, "5m"), totalOf(otel, "5m"));
  const over = (expression: string, window: string): string =>
    window === "5m" ? expression : `sum_over_time(${expression}[${window}:${stepOf(window)}])`;
  return {
    errorRatio: (window) => `${over(bad, window)} / ${over(total, window)}`,
    labels: { slo: name, ...BRIDGED },
  };
};

const stepOf = (window: string): string => (window.endsWith("d") ? "5m" : "1m");

const promised = (name: string): Promised => {
  const found = promises.find((one) => one.name === name);
  if (!found) throw new Error(`no objective is called ${name}`);
  return found;
};

/** 1 uses up the budget exactly at the end of the window. */
export const burnRate = (name: string): Record<Edition, string> => {
  const objective = promised(name);
  const over = (edition: Edition): string =>
    `${sliOf(objective, edition).errorRatio("1h")} / ${budgetOf(objective)}`;
  return { legacy: over("legacy"), otel: over("otel") };
};

/** Below zero when more than the budget is used up. New series are too young for it: there the bridge is asked first. */
export const budgetLeft = (name: string): Record<Edition, string> => {
  const objective = promised(name);
  const window = `${objective.windowDays}d`;
  const left = (ratio: string): string => `1 - (${ratio}) / ${budgetOf(objective)}`;
  const over = (edition: Edition): string => left(sliOf(objective, edition).errorRatio(window));
  const bridge = `sum(${ratioName(window)}${selector(bridgedSli(objective).labels)})`;
  return { legacy: over("legacy"), otel: `${left(bridge)} or ${over("otel")}` };
};
