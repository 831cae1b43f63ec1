/** What the operator tells Prometheus about each migration, from its spec and status. Names are public: they change only by addition. */
import { Counter, Gauge, type Registry } from "prom-client";
import type { Key } from "./migrations.ts";
import { rank } from "./migration/goal.ts";
import type { TrialVerdict } from "./migration/schema.ts";
import type { Migration } from "./migration/types.ts";

export interface States {
  /** As it was left by a look; undefined when it is gone. */
  tell: (key: Key, migration: Migration | undefined) => void;
}

interface Value {
  labels?: Record<string, string>;
  value: number;
}

type Read = (migration: Migration) => Value[];

interface State {
  help: string;
  /** Besides `namespace` and `migration`. */
  labels: readonly string[];
  /** Absent for what goes up and down. */
  counts?: true;
  read: Read;
}

const ofVerdicts =
  (read: (verdict: TrialVerdict) => Value[]): Read =>
  ({ status }) =>
    status.components.flatMap(({ name, verdict }) =>
      (verdict ? read(verdict) : []).map(({ labels, value }) => ({
        labels: { component: name, profile: verdict?.profile ?? "", ...labels },
        value,
      })),
    );

const costOf = (verdict: TrialVerdict): Value[] => {
  const { lowerPercent: lower, estimatePercent: estimate, upperPercent: upper } = verdict;
  return Object.entries({ lower, estimate, upper }).flatMap(([bound, value]) =>
    value === undefined ? [] : [{ labels: { bound }, value }],
  );
};

const pulseOf = ({ status: { downtime } }: Migration): Value[] =>
  downtime
    ? [
        // A request that was repeated failed too: there may be more failures than items.
        { labels: { outcome: "done" }, value: Math.max(0, downtime.items - downtime.failed) },
        { labels: { outcome: "failed" }, value: downtime.failed },
      ]
    : [];

const rowsOf = ({ status }: Migration): Value[] =>
  Object.entries(Object.groupBy(status.parity?.rows ?? [], (row) => row.verdict)).map(
    ([verdict, rows]) => ({ labels: { verdict }, value: rows?.length ?? 0 }),
  );

/** By name. What nobody knows yet has no series, rather than a zero. */
export const STATES: Record<string, State> = {
  flashcard_otel_migration_phase: {
    help: "What is proven: 0 Legacy, 1 Alongside, 2 Instrumented, 3 Validated, 4 Switched, 5 Retired",
    labels: [],
    read: ({ status }) => [{ value: rank(status.phase) }],
  },
  flashcard_otel_migration_target: {
    help: "spec.target, in the numbers of the phases",
    labels: [],
    read: ({ spec }) => [{ value: rank(spec.target) }],
  },
  flashcard_otel_component_stage: {
    help: "1 for the stage in which a component is",
    labels: ["component", "stage"],
    read: ({ status }) =>
      status.components.map(({ name, stage }) => ({
        labels: { component: name, stage },
        value: 1,
      })),
  },
  flashcard_otel_trial_verdict: {
    help: "1 for the verdict that a component has",
    labels: ["component", "profile", "verdict"],
    read: ofVerdicts(({ verdict }) => [{ labels: { verdict }, value: 1 }]),
  },
  flashcard_otel_trial_cost_percent: {
    help: "What the trial found the agent to cost per item, in percent of CPU: estimate, and lower and upper end of its interval",
    labels: ["component", "profile", "bound"],
    read: ofVerdicts(costOf),
  },
  flashcard_otel_budget_percent: {
    help: "spec.budget.cpuPercent",
    labels: [],
    read: ({ spec }) => [{ value: spec.budget.cpuPercent }],
  },
  flashcard_otel_pulse_items_total: {
    help: "Items of the pulse by outcome: done, failed",
    labels: ["outcome"],
    counts: true,
    read: pulseOf,
  },
  flashcard_otel_pulse_longest_gap_seconds: {
    help: "Longest time without an answer to the pulse",
    labels: [],
    read: ({ status: { downtime } }) => (downtime ? [{ value: downtime.longestGapMs / 1000 }] : []),
  },
  flashcard_otel_parity_rows: {
    help: "Rows of the parity map in the last window by verdict",
    labels: ["verdict"],
    read: rowsOf,
  },
  flashcard_otel_objective_burning: {
    help: "1 while the budget of an objective burns fast, 0 while it does not; none without data",
    labels: ["objective"],
    read: ({ status: { objectives = [] } }) =>
      objectives
        .filter(({ state }) => state !== "NoData")
        .map(({ name, state }) => ({
          labels: { objective: name },
          value: state === "Burning" ? 1 : 0,
        })),
  },
};

/** Read at every scrape. */
export const tellStates = (registry: Registry): States => {
  const known = new Map<string, Migration>();
  for (const [name, { help, labels, counts, read }] of Object.entries(STATES)) {
    const values = (): Required<Value>[] =>
      [...known.values()].flatMap((migration) =>
        read(migration).map(({ labels: own, value }) => ({
          labels: { ...placeOf(migration), ...own },
          value,
        })),
      );
    const labelNames = ["namespace", "migration", ...labels];
    const collect = (): void => refill(metric, values());
    const options = { name, help, labelNames, registers: [registry], collect };
    const metric: Counter | Gauge = counts ? new Counter(options) : new Gauge(options);
  }
  return {
    tell: ({ namespace, name }, migration) => {
      const key = `${namespace}/${name}`;
      if (migration) known.set(key, migration);
      else known.delete(key);
    },
  };
};

const placeOf = ({ metadata: { namespace, name } }: Migration) => ({ namespace, migration: name });

/** A series of what is no more must go. */
const refill = (metric: Counter | Gauge, values: Required<Value>[]): void => {
  metric.reset();
  for (const { labels, value } of values) metric.inc(labels, value);
};
