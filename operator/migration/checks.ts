/** The questions that the rows of decide.ts ask, one small function each. */
import type { ComponentStatus } from "./schema.ts";
import type { Gate, SwitchWorld } from "./types.ts";

/** The first gate that is not passed. */
export const blocked = (gates: Gate[]): Gate | undefined => gates.find(({ passed }) => !passed);

const gate = ({ name, reason, message }: ComponentStatus, passed: boolean): Gate => ({
  passed,
  reason,
  message: `${name}: ${message}`,
});

/** Instrumented and proven, or left out on purpose; with the legacy emitter as asked. */
export const isDone = (component: ComponentStatus, legacy?: ComponentStatus["legacy"]): Gate => {
  const { stage } = component;
  const emitter = typeof legacy === "string" ? component.legacy === legacy : true;
  return gate(component, stage === "Skipped" || (stage === "Instrumented" && emitter));
};

/** Nothing of ours is on the workload and none of its pods carries the agent. */
export const isPlain = (component: ComponentStatus): Gate =>
  gate(component, component.stage === "Waiting");

/** A switch that has gone all the way in one direction. */
export const settledOn = (switching: SwitchWorld | undefined, end: "complete" | "undone"): Gate => {
  if (!switching)
    return { passed: true, reason: "NothingToSwitch", message: "no rules or dashboards are named" };
  return { ...switching.gate, passed: switching[end] };
};
