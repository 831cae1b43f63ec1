/** One component as its steps see it. */
import type { ComponentSpec, ComponentStatus } from "./schema.ts";
import { secondsSince } from "./time.ts";
import type { ComponentWorld, Hindrance, World } from "./types.ts";

export interface View {
  world: World;
  seen: ComponentWorld;
  spec: ComponentSpec;
  status: ComponentStatus;
  /** What the goal asks of this component. */
  want: { agent: boolean; legacy: ComponentStatus["legacy"] };
  /** Only one component moves at a time. */
  mayMove: boolean;
  /** Nothing new may be begun, and why. */
  halt: Hindrance | undefined;
}

export const seconds = ({ world, status }: View): number => secondsSince(world.now, status.since);
