/** The writes of the switch step. They follow the status like everything else, so a crash between two of them is repaired. */
import { stepOfSwitch } from "../switching/switching.ts";
import { goalOf } from "./goal.ts";
import type { Dependencies } from "./observe.ts";
import type { World } from "./types.ts";

/** At most one write per look, in the pinned order: forwards while Switched is the goal or held, else backwards. */
export const performSwitch = async (world: World, deps: Dependencies): Promise<void> => {
  if (world.switching) await stepOfSwitch(world, goalOf(world.migration), deps);
};
