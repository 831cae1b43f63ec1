/** What pods in trouble leave behind: their last words, and what the cluster said about them. */
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import { type DeploymentSpec, targetIn } from "../injection/pod.ts";
import { alarmOf } from "./alarm.ts";
import { componentIn } from "./named.ts";
import type { ComponentSpec } from "./schema.ts";
import type { ComponentWorld, Remains, World } from "./types.ts";

const LINES = 100;
/** Of one log; several pods and their events must fit into one ConfigMap. */
const CHARACTERS = 50_000;
const PODS = 3;

/** Looked at before the agent is taken out: afterwards the pods are gone. Never throws, for taking back waits for nothing. */
export const observeRemains = (
  world: World,
  cluster: Pick<Cluster, "logs" | "list">,
): Promise<ComponentWorld[]> =>
  Promise.all(
    world.components.map(async (seen) =>
      isAlarmed(world, seen) ? { ...seen, remains: await remainsOf(world, seen, cluster) } : seen,
    ),
  );

const isAlarmed = (world: World, seen: ComponentWorld): boolean => {
  const status = componentIn(world.migration.status, seen.spec.name);
  return status !== undefined && alarmOf({ world, seen, status }) !== undefined;
};

const remainsOf = async (
  { migration }: World,
  { spec, deployment, rollout }: ComponentWorld,
  cluster: Pick<Cluster, "logs" | "list">,
): Promise<Remains> => {
  const { failing = [], injectedPods = [] } = rollout ?? {};
  const pods = [...new Set([...failing.map(({ pod }) => pod), ...injectedPods])].slice(0, PODS);
  const { namespace } = migration.metadata;
  const container = (deployment && targetOf(deployment, spec)) ?? "";
  const read = async (name: string, previous: boolean): Promise<string> =>
    cluster
      .logs({ namespace, name, container, tailLines: LINES, previous })
      .then((text) => (text ?? "").slice(-CHARACTERS), String);
  const logs = await Promise.all(
    pods.flatMap((name) => [
      read(name, false).then((text) => [`${name}.log`, text] as const),
      read(name, true).then((text) => [`${name}.previous.log`, text] as const),
    ]),
  );
  const events = await cluster
    .list({ apiVersion: "events.k8s.io/v1", kind: "Event", namespace })
    .then((all) => linesOf(all, pods), String);
  return { logs: Object.fromEntries(logs.filter(([, text]) => text !== "")), events };
};

const targetOf = ({ spec }: Manifest, { target }: ComponentSpec): string | undefined =>
  targetIn((spec as DeploymentSpec).template.spec, target.container)?.container.name;

interface Event {
  eventTime?: string | null;
  deprecatedLastTimestamp?: string | null;
  type?: string;
  reason?: string;
  note?: string;
  regarding?: { name?: string };
}

const linesOf = (events: Manifest[], pods: string[]): string =>
  (events as unknown as Event[])
    .filter(({ regarding }) => pods.includes(regarding?.name ?? ""))
    .map(
      ({ eventTime, deprecatedLastTimestamp, type, reason, note, regarding }) =>
        `${eventTime ?? deprecatedLastTimestamp ?? ""} ${type} ${reason} ${regarding?.name}: ${note}`,
    )
    .toSorted()
    .join("\n")
    .slice(-CHARACTERS);
