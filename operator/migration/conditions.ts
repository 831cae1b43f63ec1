/** Standard conditions, so that `kubectl wait`, Helm, Argo CD and Flux understand a migration. Pure. */
import { downtimeSentence } from "./downtime.ts";
import { effectiveTarget } from "./goal.ts";
import type { Condition, Status, TrialVerdict } from "./schema.ts";
import type { World } from "./types.ts";

type Answer = Pick<Condition, "status" | "reason" | "message">;

const STUCK: readonly string[] = ["TakenBack", "Held"];

const ready = (world: World, { phase, next }: Status): Answer =>
  phase === effectiveTarget(world.migration) && next?.reason === "Settled"
    ? { status: "True", reason: "TargetReached", message: `the migration is at ${phase}` }
    : { status: "False", reason: next?.reason ?? "Progressing", message: next?.message ?? "" };

const stalled = ({ configuration }: World, { components }: Status): Answer => {
  if (configuration.refused !== undefined) {
    const message = `the collector refuses its configuration, what runs stays as it is; correct spec.backends: ${configuration.refused}`;
    return { status: "True", reason: "ConfigurationInvalid", message };
  }
  const stuck = components.find(({ stage }) => STUCK.includes(stage));
  if (!stuck)
    return { status: "False", reason: "Progressing", message: "no component needs a person" };
  return {
    status: "True",
    reason: stuck.reason,
    message: `${stuck.name} is ${stuck.stage}: ${stuck.message}. Change its spec or image, or annotate flashcard-otel.dev/retry with a new value`,
  };
};

/** The verdict that keeps the overhead from being proven, worst first. */
const unproven = (verdicts: (TrialVerdict | undefined)[]): TrialVerdict | undefined =>
  verdicts.find((verdict) => verdict && verdict.verdict !== "Passed");

const overhead = (_world: World, { components }: Status): Answer => {
  const stale = components.find(
    ({ stage, reason }) => stage === "Instrumented" && reason === "Stale",
  );
  if (stale)
    return { status: "False", reason: stale.reason, message: `${stale.name}: ${stale.message}` };
  const worst = unproven(components.map(({ verdict }) => verdict));
  if (worst) return { status: "False", reason: worst.reason, message: worst.message };
  if (components.length === 0 || components.some(({ verdict }) => !verdict)) {
    return {
      status: "Unknown",
      reason: "NotMeasuredYet",
      message: "not every component has a verdict",
    };
  }
  return { status: "True", reason: "WithinBudget", message: "every component's trial passed" };
};

const parity = (_world: World, { parity: measured }: Status): Answer => {
  if (!measured)
    return { status: "Unknown", reason: "NotComparedYet", message: "no window has been compared" };
  const open = measured.rows.filter(
    ({ verdict }) => verdict === "Differs" || verdict === "NoEvidence",
  );
  if (open.length === 0)
    return { status: "True", reason: "MatchesOrExceeds", message: `${measured.rows.length} rows` };
  return {
    status: "False",
    reason: "Differs",
    message: open
      .map(({ row, verdict }) => `${row}: ${verdict}`)
      .join(", ")
      .slice(0, 1000),
  };
};

const downtime = (world: World, { downtime: measured }: Status): Answer => {
  if (!world.migration.spec.pulse)
    return {
      status: "False",
      reason: "NoPulse",
      message: "spec.pulse is absent: nothing is known about failed requests",
    };
  if (!measured)
    return {
      status: "Unknown",
      reason: "PulseStarting",
      message: "the pulse has not reported yet",
    };
  return {
    status: "True",
    reason: "PulseRunning",
    message: downtimeSentence(measured),
  };
};

const judges: Record<string, (world: World, status: Status) => Answer> = {
  Ready: ready,
  Stalled: stalled,
  OverheadProven: overhead,
  ParityProven: parity,
  DowntimeMeasured: downtime,
};

/** All known conditions; the transition time changes only with the status. */
export const conditions = (world: World, status: Status): Condition[] =>
  Object.entries(judges).map(([type, judge]) => condition(world, type, judge(world, status)));

export const condition = (
  { migration, now }: Pick<World, "migration" | "now">,
  type: string,
  answer: Answer,
): Condition => {
  const before = migration.status.conditions.find((known) => known.type === type);
  const unchanged = before?.status === answer.status;
  return {
    type,
    ...answer,
    observedGeneration: migration.metadata.generation ?? 0,
    lastTransitionTime: unchanged ? before.lastTransitionTime : now.toISOString(),
  };
};
