/** Alert rules: each one exists in both editions, under one name, asking the same question of different series. */
import { stringify } from "yaml";
import { burnAlerts, ratioRules, type Rule, RUNBOOK } from "../operator/objectives/burn.ts";
import { bridgeRules } from "../operator/parity/bridge.ts";
import { type Edition } from "./editions.ts";
import { bridgedSli, promises, sliOf } from "./objectives.ts";
import { parityRows } from "./parity.ts";
import { queries, type QueryName } from "./queries.ts";

interface Alert {
  name: string;
  query: QueryName;
  above?: number;
  below?: number;
  severity: "warning" | "critical";
  seconds: 10 | 20 | 30;
  summary: string;
}

const alerts: Alert[] = [
  {
    name: "FlashcardCallsFailing",
    query: "callErrorRatio",
    above: 0.1,
    severity: "warning",
    seconds: 30,
    summary: "More than 10 % of the calls to the model fail",
  },
  {
    name: "FlashcardCallsFailingBadly",
    query: "callErrorRatio",
    above: 0.25,
    severity: "critical",
    seconds: 30,
    summary: "More than a quarter of the calls to the model fail",
  },
  {
    name: "FlashcardCallsSlow",
    query: "callTailAll",
    above: 3,
    severity: "warning",
    seconds: 30,
    summary: "One call in twenty takes more than 3 s",
  },
  {
    name: "FlashcardCallsVerySlow",
    query: "callTailAll",
    above: 10,
    severity: "critical",
    seconds: 30,
    summary: "One call in twenty takes more than 10 s",
  },
  {
    name: "FlashcardConsecutiveFailures",
    query: "consecutiveFailures",
    above: 5,
    severity: "warning",
    seconds: 10,
    summary: "More than five calls in a row failed",
  },
  {
    name: "FlashcardBreakerOpen",
    query: "breakerState",
    above: 1,
    severity: "critical",
    seconds: 10,
    summary: "The circuit breaker is open: the model is not called",
  },
  {
    name: "FlashcardRateLimited",
    query: "limiterDenied",
    above: 0.8,
    severity: "warning",
    seconds: 30,
    summary: "The rate limiter refuses more than 80 % of the calls",
  },
  {
    name: "FlashcardWordsFailing",
    query: "stageErrorRatio",
    above: 0.25,
    severity: "critical",
    seconds: 30,
    summary: "More than a quarter of the words fail",
  },
  {
    name: "FlashcardQueueStuck",
    query: "queueOldestAge",
    above: 120,
    severity: "critical",
    seconds: 20,
    summary: "An item has been waiting for two minutes",
  },
  {
    name: "FlashcardBudgetWarning",
    query: "costLastHour",
    // The pulse alone spends some 300 an hour: an alert that fires all the time would keep every switch waiting.
    above: 750,
    severity: "warning",
    seconds: 20,
    summary: "Three quarters of the hourly budget of 1,000 USD are spent",
  },
  {
    name: "FlashcardCacheUseless",
    query: "cacheHitRatio",
    below: 0.02,
    severity: "warning",
    seconds: 30,
    summary: "Hardly any look-up finds something in the cache",
  },
  {
    name: "FlashcardDatabaseSlow",
    query: "databaseTail",
    above: 1,
    severity: "warning",
    seconds: 20,
    summary: "One database operation in twenty takes more than 1 s",
  },
];

const comparison = ({ above, below }: Alert): string =>
  above === undefined ? `< ${below ?? 0}` : `> ${above}`;

const ruleOf = (alert: Alert, edition: Edition): Rule => ({
  alert: alert.name,
  expr: `${queries[alert.query][edition]} ${comparison(alert)}`,
  for: `${alert.seconds}s`,
  labels: { severity: alert.severity, edition },
  annotations: {
    summary: alert.summary,
    runbook_url: `${RUNBOOK}#${alert.name.toLowerCase()}`,
  },
});

interface Group {
  name: string;
  interval?: string;
  rules: Rule[];
}

/** Ratios before the alerts that read them. */
export const alertGroups = (edition: Edition): Group[] => [
  { name: `flashcards-${edition}`, rules: alerts.map((alert) => ruleOf(alert, edition)) },
  {
    name: `flashcards-objectives-${edition}`,
    rules: promises.flatMap((objective) => {
      const sli = sliOf(objective, edition);
      return [...ratioRules(objective, sli), ...burnAlerts(objective, sli)];
    }),
  },
];

/** What reads thirty days need not be computed every few seconds. */
const bridgeGroups = (): Group[] => [
  { name: "flashcards-bridge", rules: bridgeRules(parityRows) },
  {
    name: "flashcards-objectives-bridge",
    interval: "5m",
    rules: promises.flatMap((objective) => ratioRules(objective, bridgedSli(objective))),
  },
];

const head = `# Made by dashboards/generate.ts. The \`for:\` values are short (10 to 30 s) so that a demonstration need not wait;
# use minutes where people are woken.
`;

const bridgeHead = `# Made by dashboards/generate.ts: old and new series as one, for the Prometheus that has both.
`;

const fileOf = (text: string, groups: Group[]): string =>
  text + stringify({ groups }, { lineWidth: 0, aliasDuplicateObjects: false });

export const alertRules = (edition: Edition): string => fileOf(head, alertGroups(edition));

export const bridgeFile = (): string => fileOf(bridgeHead, bridgeGroups());
