/**
 * What must be true before the switch goes on. Checked from cheap to dear; the first thing that is missing is the answer.
 */
import { legacyUrl, metricsUrl } from "../backends/endpoints.ts";
import { EVALUATION_SECONDS } from "../backends/prometheus.ts";
import type { Manifest } from "../cluster/cluster.ts";
import { type Prometheus, prometheus, type Rule } from "../measurement/prometheus.ts";
import type { Gate } from "../migration/types.ts";
import { type Doors, type Seen } from "./look.ts";
import { unreadableBoards } from "./boards.ts";
import { dataOnPanels } from "./panels.ts";
import { originals, EVALUATED, type FileRule, rulesIn, unreadableRules } from "./rules.ts";
import { seriesOfRules } from "./series.ts";
import { agreementOfPanels } from "./agree.ts";
import type { Step } from "./steps.ts";

export type Missing = Pick<Gate, "reason" | "message"> | undefined;

export interface Sides {
  otel: Prometheus;
  legacy: Prometheus | undefined;
}

/** First missing thing, for a list of questions that are asked only as far as needed. */
const firstOf = async (questions: (() => Missing | Promise<Missing>)[]): Promise<Missing> => {
  for (const question of questions) {
    const missing = await question();
    if (missing) return missing;
  }
  return undefined;
};

/**
 * Undefined when the step may go forward. ConfigMapMissing | FilesUnreadable | FilesFixed | NoLegacyPrometheus | RulesNotLoaded |
 * RuleBroken | RulesNotEvaluated | RulesTooYoung | LegacyAlertActive | AlertsDisagree | SeriesMissing | PanelsEmpty | PanelsDisagree | CannotAsk
 */
export const missingFor = async (step: Step, seen: Seen, { fetch }: Doors): Promise<Missing> => {
  const { migration } = seen;
  const old = legacyUrl(migration);
  const sides: Sides = {
    otel: prometheus(metricsUrl(migration), fetch),
    legacy: old === undefined ? undefined : prometheus(old, fetch),
  };
  const questions = {
    nothing: [() => materials(seen)],
    evaluation: [() => materials(seen), () => evaluation(seen, sides)],
    proof: [
      () => materials(seen),
      () => rules(seen, sides),
      () => seriesOfRules(seen, sides),
      () => dataOnPanels(seen, sides),
      () => agreementOfPanels(seen, sides),
    ],
  };
  try {
    return await firstOf(questions[step.needs]);
  } catch (error) {
    return { reason: "CannotAsk", message: error instanceof Error ? error.message : String(error) };
  }
};

/** What the resource names is there and can be read and written. */
const materials = ({ migration, ...seen }: Seen): Missing => {
  const { alerts, dashboards } = migration.spec;
  const named: [string | undefined, Manifest | undefined, (object: Manifest) => string[]][] = [
    [alerts?.otel.configMap, seen.otelRules, unreadableRules],
    [alerts?.legacy.configMap, seen.legacyRules, () => []],
    [dashboards?.otel.configMap, seen.otelBoard, unreadableBoards],
    [dashboards?.legacy.configMap, seen.legacyBoard, () => []],
  ];
  for (const [name, object, unreadable] of named) {
    if (name === undefined) continue;
    if (!object)
      return { reason: "ConfigMapMissing", message: `there is no ConfigMap ${name} yet` };
    const [file] = unreadable(object);
    if (file !== undefined)
      return { reason: "FilesUnreadable", message: `${file} in ConfigMap ${name} cannot be read` };
  }
  return writable({ migration, ...seen });
};

const writable = ({ migration, legacyRules }: Seen): Missing => {
  if (!migration.spec.alerts) return undefined;
  if (legacyRules?.immutable)
    return {
      reason: "FilesFixed",
      message: `ConfigMap ${legacyRules.metadata.name} is immutable: the old rules could not be taken out`,
    };
  if (!legacyUrl(migration))
    return {
      reason: "NoLegacyPrometheus",
      message: "say in spec.legacy where the old alerts are evaluated",
    };
  return undefined;
};

const nameOf = ({ alert, record }: FileRule): string => alert ?? record ?? "";

/** The same rule as Prometheus shows it: name and every label that the file gives it. */
const isThat =
  (rule: FileRule) =>
  ({ name, labels }: Rule): boolean =>
    name === nameOf(rule) &&
    Object.entries(rule.labels ?? {}).every(([label, value]) => labels[label] === String(value));

interface Pair {
  rule: FileRule;
  seen: Rule | undefined;
}

const pairsOf = ({ loaded }: Seen, shown: Rule[]): Pair[] =>
  rulesIn(loaded?.data).map((rule) => ({ rule, seen: shown.find(isThat(rule)) }));

const healthy = (pairs: Pair[]): Missing => {
  const broken = pairs.find(({ seen }) => seen?.health === "err" || seen?.error);
  if (broken)
    return {
      reason: "RuleBroken",
      message: `${nameOf(broken.rule)}: ${broken.seen?.error ?? "its evaluation fails"}`,
    };
  const absent = pairs.filter(({ seen }) => !seen).map(({ rule }) => nameOf(rule));
  if (absent.length > 0)
    return {
      reason: "RulesNotLoaded",
      message: `the new Prometheus does not show ${absent.length} of ${pairs.length} rules yet, the first is ${absent[0]}`,
    };
  const untried = pairs.find(({ seen }) => seen?.health !== "ok" || !seen.evaluatedAt);
  if (untried)
    return {
      reason: "RulesNotEvaluated",
      message: `${nameOf(untried.rule)} has not been evaluated yet`,
    };
  return undefined;
};

const evaluation = async (seen: Seen, { otel }: Sides): Promise<Missing> =>
  healthy(pairsOf(seen, await otel.rules()));

const rules = async (seen: Seen, { otel, legacy }: Sides): Promise<Missing> => {
  if (!seen.migration.spec.alerts || !legacy) return undefined;
  const pairs = pairsOf(seen, await otel.rules());
  return healthy(pairs) ?? young(seen, pairs) ?? (await quiet(seen, { pairs, legacy }));
};

/** A rule has shown what it does when its `for:` has passed once. */
const young = ({ loaded, now }: Seen, pairs: Pair[]): Missing => {
  const longest = Math.max(0, ...pairs.map(({ seen }) => seen?.forSeconds ?? 0));
  const since = Date.parse(loaded?.metadata.annotations?.[EVALUATED] ?? "");
  const due = longest + 2 * EVALUATION_SECONDS;
  const age = (now.getTime() - since) / 1000;
  if (age >= due) return undefined;
  const left = Number.isNaN(age) ? due : Math.ceil(due - age);
  return {
    reason: "RulesTooYoung",
    message: `the new rules are watched for their longest for: and two evaluations; ${left} s to go`,
  };
};

const isActive = ({ state }: Rule): boolean => state === "pending" || state === "firing";

/** Nobody switches in the middle of an incident; and where the old alerts are quiet, the new ones must be too. */
const quiet = async (
  { legacyRules, copy }: Seen,
  { pairs, legacy }: { pairs: Pair[]; legacy: Prometheus },
): Promise<Missing> => {
  const files = legacyRules && originals(legacyRules, copy);
  const names = new Set(rulesIn(files).map(nameOf));
  // One Prometheus may serve both sides, and other people too.
  const ours = (await legacy.rules()).filter(
    ({ name, labels }) => names.has(name) && labels["edition"] !== "otel",
  );
  const active = ours.find(isActive);
  if (active)
    return {
      reason: "LegacyAlertActive",
      message: `${active.name} is ${active.state} (old rules)`,
    };
  const loud = pairs.find(({ seen }) => seen && isActive(seen));
  return loud
    ? {
        reason: "AlertsDisagree",
        message: `${nameOf(loud.rule)} is ${loud.seen?.state} in the new rules and quiet in the old`,
      }
    : undefined;
};
