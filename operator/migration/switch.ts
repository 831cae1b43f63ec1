/** The writes of the switch step. They follow the status like everything else, so a crash between two of them is repaired. */
import { stepOfSwitch } from "../switching/switching.ts";
import { goalOf, rank } from "./goal.ts";
import { haltOf } from "./halt.ts";
import type { Dependencies } from "./observe.ts";
import type { World } from "./types.ts";

/** At most one write per look, in the pinned order: forwards while Switched is the goal or held, else backwards. */
export const performSwitch = async (world: World, deps: Dependencies): Promise<void> => {
  const goal = goalOf(world.migration);
  const isForward = rank(goal) > rank(world.migration.status.phase);
  if (!world.switching || (isForward && haltOf(world))) return;
  await stepOfSwitch(world, goal, deps);
};
