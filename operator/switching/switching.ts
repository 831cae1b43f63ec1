/** The switch of dashboards and alerts: where it stands, and its next write. */
import { rank } from "../migration/goal.ts";
import type { Phase } from "../migration/schema.ts";
import type { Gate, SwitchWorld, World } from "../migration/types.ts";
import { type Doors, lookAt, type Seen } from "./look.ts";
import { missingFor } from "./proof.ts";
import { type Step, stepsOf } from "./steps.ts";

export { retireGuard } from "./retire.ts";

const isForward = (goal: Phase): boolean => rank(goal) >= rank("Switched");

/** Where everything stands. The gate is about the next write: passed, it carries the name of the step that it is for. */
export const observeSwitch = async (
  world: World,
  goal: Phase,
  doors: Doors,
): Promise<SwitchWorld> => {
  const steps = stepsOf(world.migration);
  if (steps.length === 0) {
    const message = "no rules or dashboards are named";
    return { complete: true, undone: true, gate: passed("NothingToSwitch", message) };
  }
  const seen = await lookAt(world.migration, doors);
  return {
    complete: steps.every(({ isDone }) => isDone(seen)),
    undone: steps.every(({ isUndone }) => isUndone(seen)),
    gate: isForward(goal) ? await onwards(steps, seen, doors) : homewards(steps, seen),
  };
};

const passed = (reason: string, message: string): Gate => ({ passed: true, reason, message });

const nextOf = (steps: Step[], seen: Seen): Step | undefined =>
  steps.find(({ isDone }) => !isDone(seen));

const lastOf = (steps: Step[], seen: Seen): Step | undefined =>
  steps.findLast(({ isUndone }) => !isUndone(seen));

/** EverythingSwitched | the step's name | the reasons of missingFor */
const onwards = async (steps: Step[], seen: Seen, doors: Doors): Promise<Gate> => {
  const next = nextOf(steps, seen);
  if (!next) return passed("EverythingSwitched", "rules and dashboards read the new series");
  const missing = await missingFor(next, seen, doors);
  if (!missing) return passed(next.name, `next: ${next.what}`);
  return { passed: false, reason: missing.reason, message: `to ${next.what}: ${missing.message}` };
};

/** NotSwitched | SwitchingBack */
const homewards = (steps: Step[], seen: Seen): Gate => {
  const last = lastOf(steps, seen);
  if (!last) return passed("NotSwitched", "rules and dashboards read the old series");
  return passed("SwitchingBack", `to be undone: ${last.what}`);
};

/** More writes than all steps have on the way back; a bound, should somebody write against us. */
const MOST_WRITES = 20;

/**
 * Forwards one write per look, and only with the gate that was passed for exactly this step. Backwards all that is left:
 * it needs no proof, and after a takeback the old alerts must be there at once.
 */
export const stepOfSwitch = async (world: World, goal: Phase, deps: Doors): Promise<void> => {
  const steps = stepsOf(world.migration);
  if (isForward(goal)) await stepForward(world, steps, deps);
  else await goBack(world, steps, deps);
};

const stepForward = async ({ migration, switching }: World, steps: Step[], deps: Doors) => {
  if (!switching?.gate.passed || switching.complete) return;
  const seen = await lookAt(migration, deps);
  const next = nextOf(steps, seen);
  if (next && next.name === switching.gate.reason) await next.forward(seen, deps.cluster);
};

const goBack = async ({ migration }: World, steps: Step[], deps: Doors): Promise<void> => {
  for (let writes = 0; writes < MOST_WRITES; writes += 1) {
    const seen = await lookAt(migration, deps);
    const last = lastOf(steps, seen);
    if (!last) return;
    await last.back(seen, deps.cluster);
  }
};
