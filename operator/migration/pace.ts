/** How far a rollout may go at a time, and how long it may take, by the workload's kind. Pure. */
import type { RolloutState } from "../rollout/state.ts";
import type { ComponentStatus } from "./schema.ts";
import type { ComponentWorld } from "./types.ts";
import { seconds, type View } from "./view.ts";

/** To start with: only the pod with the highest ordinal is renewed, the others when it has soaked. */
export const firstPartition = ({ spec, seen }: Pick<View, "spec" | "seen">): number | undefined =>
  spec.target.kind === "StatefulSet" ? Math.max(0, (seen.rollout?.total ?? 0) - 1) : undefined;

/** Everything that may be renewed by now is, and available. Before the request is written, nothing is. */
export const isThrough = ({ status }: Pick<View, "status">, rollout: RolloutState): boolean =>
  isWritten(status, rollout) && (rollout.complete || isShareThrough(status, rollout));

const isWritten = ({ hash, repair }: ComponentStatus, { asked }: RolloutState): boolean =>
  asked?.hash === hash && asked?.repair === repair;

const isShareThrough = (status: ComponentStatus, rollout: RolloutState): boolean =>
  status.firstOnly === true && status.partition === undefined
    ? isFirstShareThrough(rollout)
    : isPartitionThrough(status, rollout);

/** Of a Deployment: all pods, old and new, are available. Its own counts may be older than the pods. */
const isFirstShareThrough = ({ oldPods, newPods, available }: RolloutState): boolean =>
  newPods.total > 0 && available === oldPods.total + newPods.total;

const isPartitionThrough = (status: ComponentStatus, rollout: RolloutState): boolean =>
  isPartial({ status }) &&
  rollout.total > 0 &&
  rollout.available === rollout.total &&
  rollout.updated >= rollout.total - (status.partition ?? 0);

export const isPartial = ({ status }: Pick<View, "status">): boolean => (status.partition ?? 0) > 0;

const ROLLOUT_SECONDS = 600;
const START_SECONDS = 60;

/** What a rollout may take: pods may have to come one by one. */
export const rolloutSeconds = ({ spec, rollout }: ComponentWorld): number =>
  ROLLOUT_SECONDS + (rollout?.total ?? 1) * (spec.rollout.soakSeconds + START_SECONDS);

/** The next run of a CronJob is due when its user wants it. */
const allowed = ({ spec, seen }: View): number =>
  spec.target.kind === "CronJob" ? Infinity : rolloutSeconds(seen);

/** The deadline that has passed, in seconds; undefined while there is time. */
export const overdue = (view: View): number | undefined =>
  seconds(view) > allowed(view) ? allowed(view) : undefined;
