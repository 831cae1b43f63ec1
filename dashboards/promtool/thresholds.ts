/**
 * A test for each threshold alert: quiet while all is well, pending when it has just gone wrong, firing when that has lasted.
 */
import type { Rule } from "../../operator/objectives/burn.ts";
import type { Edition } from "../editions.ts";
import { alertsOf, fileOf, firing } from "./file.ts";
import { scenes, type Series } from "./scenes.ts";

const STEP_SECONDS = 5;
/** Steps of either part. */
const PART = 120;

const grown = (from: number, growth: number): string => `${from}+${growth}x${PART - 1}`;

const values = ({ healthy, bad, isGauge }: Series): string =>
  isGauge
    ? `${healthy}x${PART - 1} ${bad}x${PART - 1}`
    : `${grown(0, healthy)} ${grown(PART * healthy, bad)}`;

const input = (series: Series[], edition: Edition) =>
  series.flatMap((one) => {
    const name = one[edition];
    return name === undefined ? [] : [{ series: name, values: values(one) }];
  });

const at = (steps: number): string => `${steps * STEP_SECONDS}s`;

const testOf = (rule: Rule, edition: Edition) => {
  const { alert = "" } = rule;
  const series = scenes[alert];
  if (!series)
    throw new Error(`no scene makes ${alert} fire: add one to dashboards/promtool/scenes.ts`);
  return {
    name: `${alert} of ${edition}`,
    interval: at(1),
    input_series: input(series, edition),
    alert_rule_test: [
      { eval_time: at(PART - 1), alertname: alert, exp_alerts: [] },
      // One step after the turn it may be pending, but wakes nobody yet.
      { eval_time: at(PART + 1), alertname: alert, exp_alerts: [] },
      { eval_time: at(2 * PART - 1), alertname: alert, exp_alerts: [firing(rule)] },
    ],
  };
};

export const thresholdTests = (edition: Edition): string => {
  const rules = alertsOf(edition).filter(({ labels = {} }) => !("slo" in labels));
  const tests = rules.map((rule) => testOf(rule, edition));
  return fileOf(edition, at(1), tests);
};
