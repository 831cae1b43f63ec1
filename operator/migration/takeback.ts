/** What is kept of a rollout that was taken back: why, the numbers, last words and events of the pods. Pure. */
import { createHash } from "node:crypto";
import type { Manifest } from "../cluster/cluster.ts";
import { type Alarm, alarmOf } from "./alarm.ts";
import { KEEP } from "./evidence.ts";
import { owned } from "./labels.ts";
import { componentIn } from "./named.ts";
import type { ComponentStatus } from "./schema.ts";
import type { ComponentWorld, World } from "./types.ts";

/** One per rollout: looked at again, it has the same name. */
const nameOf = ({ migration }: World, { name, since, hash }: ComponentStatus): string => {
  const rollout = createHash("sha256").update(`${since} ${hash}`).digest("hex").slice(0, 8);
  return `${migration.metadata.name}-takeback-${name}-${rollout}`;
};

/** Why a component is taken back, and the ConfigMap in which that is kept; undefined when it is not, or was asked for. */
const takebackOf = (
  world: World,
  seen: ComponentWorld,
): { name: string; alarm: Alarm } | undefined => {
  const status = componentIn(world.migration.status, seen.spec.name);
  if (!status || !seen.remains) return undefined;
  const alarm = alarmOf({ world, seen, status });
  return alarm && { name: nameOf(world, status), alarm };
};

export const keptIn = (world: World, seen: ComponentWorld): string | undefined =>
  takebackOf(world, seen)?.name;

const numbersOf = (world: World, { rollout, guard }: ComponentWorld): object => ({
  signals: guard,
  failing: rollout?.failing ?? [],
  oldPods: rollout?.oldPods,
  newPods: rollout?.newPods,
  pulse: world.pulse && {
    sent: world.pulse.sent,
    items: world.pulse.items,
    failed: world.pulse.failed,
    longestGapMs: world.pulse.longestGapMs,
  },
});

export const takebacks = (world: World): Manifest[] =>
  world.components.flatMap((seen) => {
    const takeback = takebackOf(world, seen);
    if (!takeback) return [];
    const { name, alarm } = takeback;
    const { logs = {}, events = "" } = seen.remains ?? {};
    const labels = { component: seen.spec.name, extra: { [KEEP]: "true" } };
    return {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name,
        namespace: world.migration.metadata.namespace,
        ...owned(world.migration, labels),
      },
      data: {
        "why.txt": `${alarm.reason}: ${alarm.message}\n`,
        "numbers.json": JSON.stringify(numbersOf(world, seen), undefined, 2),
        "events.txt": events,
        ...logs,
      },
    };
  });
