/**
 * Whom a migration has to do with: the components that it names, and those whose workload it no longer names although the agent is, or
 * may be, still in it. These leave: whatever the goal is, their workload goes back. Pure.
 */
import type { Manifest } from "../cluster/cluster.ts";
import { componentIn } from "./named.ts";
import {
  type ComponentSpec,
  componentSchema,
  type ComponentStatus,
  type Target,
} from "./schema.ts";
import type { Migration } from "./types.ts";

export interface Member {
  spec: ComponentSpec;
  /** It is off the list, or has another target now; `spec.target` is the workload that it had. */
  leaves: boolean;
}

export const roster = ({ spec, status }: Pick<Migration, "spec" | "status">): Member[] => {
  const named = new Set(spec.components.map(({ name }) => name));
  return [
    ...spec.components.map((component) => memberOf(component, componentIn(status, component.name))),
    ...status.components.filter(({ name }) => !named.has(name)).flatMap(unlisted),
  ];
};

const memberOf = (spec: ComponentSpec, status: ComponentStatus | undefined): Member =>
  status?.target && !isSame(status.target, spec.target)
    ? { spec: { ...spec, target: status.target }, leaves: true }
    : { spec, leaves: false };

/** Nothing but its workload is still known of it, and nothing else is needed to go back. */
const unlisted = ({ name, target }: ComponentStatus): Member[] =>
  target ? [{ spec: componentSchema.parse({ name, target }), leaves: true }] : [];

const isSame = (one: Target, other: Target): boolean =>
  one.kind === other.kind && one.name === other.name && one.container === other.container;

interface Rival {
  components?: { target?: Partial<Target> }[];
}

/** Whether another resource names the workload: then it is for that one to bring it where it shall be. */
export const isTaken = ({ kind, name }: Target, rivals: Manifest[]): boolean =>
  rivals.some(({ spec }) =>
    ((spec ?? {}) as Rival).components?.some(
      ({ target }) => target?.name === name && (target.kind ?? "Deployment") === kind,
    ),
  );
