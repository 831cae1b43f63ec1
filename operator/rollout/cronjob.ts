/** A CronJob's rollout is its next run: a Job that asks for the agent, and how it ended. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import { hasCondition } from "../cluster/conditions.ts";
import { AGENT_ANNOTATION } from "../injection/names.ts";
import type { Failure } from "./failing.ts";
import { blame, injectionOf, isAlive, ownedBy } from "./pods.ts";
import type { Neighbours, RolloutState, Times } from "./state.ts";
import { askedIn, templateOf } from "./template.ts";

const ENDS = ["Complete", "Failed"] as const;

const endOf = (run: Manifest): (typeof ENDS)[number] | undefined =>
  ENDS.find((end) => hasCondition(run, end));

const askedOf = (object: Manifest): string | undefined =>
  templateOf(object).metadata?.annotations?.[AGENT_ANNOTATION];

export const observeCronJob = (
  cronJob: Manifest,
  neighbours: Neighbours,
  { now, since }: Times,
): RolloutState => {
  const asked = askedOf(cronJob);
  const runs = ownedBy(cronJob, neighbours.jobs).toSorted(byStart);
  const ours = runs.filter(
    (run) => asked !== undefined && askedOf(run) === asked && isOf(since)(run),
  );
  const passed = ours.filter((run) => endOf(run) === "Complete").length;
  const pods = runs.flatMap((run) => ownedBy(run, neighbours.pods));
  const alive = pods.filter(isAlive);
  return {
    asked: askedIn(cronJob),
    complete: asked === undefined || passed > 0,
    updated: passed,
    available: passed,
    total: 1,
    refused: undefined,
    ...injectionOf(alive),
    ...(asked === undefined ? {} : left(ours, neighbours)),
    failing: passed > 0 ? [] : [...failed(runs, ours), ...blame(alive, { now, soakSeconds: 0 })],
    originalReplicaSet: undefined,
    currentReplicaSet: undefined,
    oldPods: { total: 0, ready: 0 },
    newPods: { total: 0, ready: 0 },
    firstShare: 100,
    stuck: [],
  };
};

/** Runs of an earlier attempt say nothing about this one. The API server's times have no fractions. */
const isOf =
  (since: Date | undefined) =>
  (run: Manifest): boolean =>
    since === undefined || Date.parse(startOf(run)) >= Math.floor(since.getTime() / 1000) * 1000;

const startOf = ({ status }: Manifest): string =>
  ((status ?? {}) as { startTime?: string }).startTime ?? "";

const byStart = (one: Manifest, other: Manifest): number =>
  startOf(one) < startOf(other) ? -1 : 1;

/** A run that slipped past the webhook may have ended already: its pods still say so. */
const left = (
  ours: Manifest[],
  { pods }: Neighbours,
): Pick<RolloutState, "plainPods" | "skipped"> => {
  const { plainPods, skipped } = injectionOf(ours.slice(-1).flatMap((run) => ownedBy(run, pods)));
  return { plainPods, skipped };
};

/** A run that fails as the one before it did is not the agent's doing. */
const failed = (runs: Manifest[], ours: Manifest[]): Failure[] => {
  const before = runs.filter((run) => !ours.includes(run) && endOf(run) !== undefined).at(-1);
  if (before && endOf(before) === "Failed") return [];
  const run = ours.find((one) => endOf(one) === "Failed");
  return run
    ? [
        {
          pod: run.metadata.name,
          reason: "RunFailed",
          message: "the first run with the agent failed",
        },
      ]
    : [];
};
