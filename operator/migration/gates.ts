/**
 * Evidence for the next phase, gathered only while that phase is the goal: asking costs requests to Prometheus and Jaeger.
 * What cannot be asked is a gate that is not passed, with the reason; it is never a pass and never an error of the look.
 */
import { backendsReady } from "../backends/ready.ts";
import { sendAndFind } from "../backends/probe.ts";
import { observeObjectives } from "../objectives/observe.ts";
import { recordBaseline } from "../parity/baseline.ts";
import { compareWindow } from "../parity/compare.ts";
import { examineTraces } from "../quality/traces.ts";
import { correlateLogs } from "../parity/logs.ts";
import { observeSwitch, retireGuard } from "../switching/switching.ts";
import { rank } from "./goal.ts";
import type { Dependencies, Inventory } from "./observe.ts";
import type { Phase } from "./schema.ts";
import type { Gate, World } from "./types.ts";

export type Doors = Dependencies & { inventory: Inventory };

export type Gathered = Partial<
  Pick<World, "gates" | "parity" | "baseline" | "switching" | "objectives">
>;

/** At the same time: who does not answer must not hold up the look twice. */
export const gather = async (world: World, goal: Phase, doors: Doors): Promise<Gathered> => {
  const [found, objectives] = await Promise.all([
    evidence(world, goal, doors),
    observeObjectives(world.migration, doors),
  ]);
  return { ...found, objectives };
};

const evidence = async (world: World, goal: Phase, doors: Doors): Promise<Gathered> => {
  const climbing = rank(goal) > rank(world.migration.status.phase);
  const found = climbing ? await gatherers[goal](world, doors) : {};
  if (found.switching || !isNearSwitch(world, goal)) return found;
  return { ...found, switching: await observeSwitch(world, goal, doors) };
};

/** Rules and dashboards matter from Validated on, and whenever a switch was begun. */
const isNearSwitch = ({ migration }: World, goal: Phase): boolean =>
  rank(goal) >= rank("Validated") || migration.status.switched !== undefined;

const attempt = async (what: string, ask: () => Promise<Gate>): Promise<Gate> => {
  try {
    return await ask();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { passed: false, reason: "CannotAsk", message: `${what}: ${message}` };
  }
};

const alongside = async (world: World, doors: Doors): Promise<Gathered> => {
  const ready = backendsReady(world.migration, doors.inventory);
  if (!ready.passed) return { gates: { Alongside: [ready] } };
  const signals = await attempt("sending test signals", () => sendAndFind(world.migration, doors));
  if (!signals.passed) return { gates: { Alongside: [ready, signals] } };
  const { gate, baseline } = await recordBaseline(world, doors);
  return { gates: { Alongside: [ready, signals, gate] }, ...(baseline ? { baseline } : {}) };
};

const validated = async (world: World, doors: Doors): Promise<Gathered> => {
  const { gate, parity } = await compareWindow(world, doors);
  const others = await Promise.all([
    attempt("examining traces", () => examineTraces(world, doors)),
    attempt("correlating logs with traces", () => correlateLogs(world, doors)),
  ]);
  return { gates: { Validated: [gate, ...others] }, ...(parity ? { parity } : {}) };
};

const switched = async (world: World, doors: Doors): Promise<Gathered> => {
  const switching = await observeSwitch(world, "Switched", doors);
  return { gates: { Switched: [{ ...switching.gate, passed: switching.complete }] }, switching };
};

const retired = async (world: World, doors: Doors): Promise<Gathered> => ({
  gates: {
    Retired: [
      await attempt("looking for readers of legacy series", () => retireGuard(world, doors)),
    ],
  },
});

const nothing = (): Promise<Gathered> => Promise.resolve({});

const gatherers: Record<Phase, (world: World, doors: Doors) => Promise<Gathered>> = {
  Legacy: nothing,
  Alongside: alongside,
  Instrumented: nothing,
  Validated: validated,
  Switched: switched,
  Retired: retired,
};
