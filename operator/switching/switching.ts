import type { Phase } from "../migration/schema.ts";
import type { Gate, SwitchWorld, World } from "../migration/types.ts";

const gate: Gate = { passed: false, reason: "NotSwitchedYet", message: "not switched yet" };

export const observeSwitch = (_world: World, _goal: Phase, _doors: unknown): Promise<SwitchWorld> =>
  Promise.resolve({ complete: false, undone: true, gate });

export const stepOfSwitch = (_world: World, _goal: Phase, _doors: unknown): Promise<void> =>
  Promise.resolve();

export const retireGuard = (_world: World, _doors: unknown): Promise<Gate> => Promise.resolve(gate);
