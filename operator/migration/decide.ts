/**
 * World -> Decision: the whole state machine, one row per phase. Total and pure.
 *
 *   Legacy -> Alongside -> Instrumented -> Validated -> Switched -> Retired
 *          prove          prove           prove        prove       prove       going forward: the gates of the next phase
 *          settle         settle          settle       settle      settle      going back: one row at a time, when all that
 *                                                                              stood above it is undone
 */
import { blocked, isDone, isPlain, settledOn } from "./checks.ts";
import { step } from "./component.ts";
import type { View } from "./view.ts";
import { below, effectiveTarget, goalOf, rank, staysOnDeletion, wanted } from "./goal.ts";
import { asItStands, letGo, notRestored } from "./leaving.ts";
import { LEAVE, type Move, record } from "./record.ts";
import type { ComponentStatus, Phase, Stage } from "./schema.ts";
import { haltOf, unapproved } from "./halt.ts";
import { isRenewed } from "./outdated.ts";
import { seals } from "./evidence.ts";
import { plain } from "./moves.ts";
import { componentIn } from "./named.ts";
import { takebacks } from "./takeback.ts";
import type { Decision, Gate, World } from "./types.ts";

interface Row {
  /** What is done to reach this phase, for people. */
  what: string;
  /** Every gate must be passed before this phase is reached. */
  prove?: Question;
  /** Every gate must be passed before this phase may be left downwards. */
  settle?: Question;
}

type Question = (world: World, components: ComponentStatus[]) => Gate[];

const gates = (world: World, phase: Phase): Gate[] =>
  world.gates[phase] ?? [{ passed: false, reason: "Observing", message: "gathering evidence" }];

/** Again at every phase: a component may have been added, or its verdict may have gone stale, since. */
const allDone = (components: ComponentStatus[]): Gate[] =>
  components.map((component) => isDone(component));

const machine: Record<Phase, Row> = {
  Legacy: { what: "legacy monitoring only" },
  Alongside: {
    what: "add OpenTelemetry alongside",
    prove: (world) => gates(world, "Alongside"),
    settle: (_world, components) => components.map((component) => isPlain(component)),
  },
  Instrumented: {
    what: "instrument component by component",
    prove: (_world, components) => allDone(components),
  },
  Validated: {
    what: "validate data quality",
    prove: (world, components) => [...allDone(components), ...gates(world, "Validated")],
    settle: (world) => [settledOn(world.switching, "undone")],
  },
  Switched: {
    what: "switch dashboards and alerts",
    prove: (world, components) => [...allDone(components), ...gates(world, "Switched")],
    settle: (_world, components) => components.map((component) => isDone(component, "on")),
  },
  Retired: {
    what: "retire the legacy emitters",
    prove: (world, components) => [
      ...gates(world, "Retired"),
      ...components.map((component) => isDone(component, "off")),
    ],
  },
};

/** The next status of every component. Forward, the first one that is not where it shall be moves and the others wait; back, all move. */
const advance = (world: World, goal: Phase): ComponentStatus[] => {
  const known = world.components.map((seen) => {
    const { name } = seen.spec;
    return { seen, status: componentIn(world.migration.status, name) ?? plain(name) };
  });
  const mover = known.find(({ seen, status }) => isDue({ world, seen, status }, goal));
  const halt = haltOf(world);
  return known.map(({ seen, status }) => {
    const want = wantedOf({ world, seen, status }, goal);
    const isBack = goesBack(status, want);
    const view: View = {
      world,
      seen,
      spec: seen.spec,
      status,
      want,
      mayMove: seen === mover?.seen || isBack,
      halt: isBack ? undefined : halt,
    };
    return step(view);
  });
};

type Subject = Pick<View, "world" | "seen" | "status">;

const isDue = (subject: Subject, goal: Phase): boolean =>
  !subject.seen.leaves &&
  !staysOnDeletion(subject.world.migration) &&
  (isUnfinished(subject.status, wantedOf(subject, goal)) || isRenewed(subject));

const wantedOf = ({ world, seen, status }: Subject, goal: Phase): View["want"] => {
  if (seen.leaves) return wanted("Legacy");
  if (staysOnDeletion(world.migration)) return asItStands(status);
  return { ...wanted(goal), legacy: legacyNow(world, goal, status) };
};

/** What is brought back has been in service before. */
const goesBack = (status: ComponentStatus, want: View["want"]): boolean =>
  !want.agent ||
  (status.stage === "Instrumented" && status.legacy === "off" && want.legacy === "on");

/** Legacy emitters go off only when the guard of the Retire step has been passed, and come back for a reader, not for want of an answer. */
const legacyNow = (
  world: World,
  goal: Phase,
  { legacy }: ComponentStatus,
): ComponentStatus["legacy"] => {
  const wish = wanted(goal).legacy;
  if (wish === "on" || world.migration.status.phase === "Retired") return wish;
  const hindrance = blocked(gates(world, "Retired"));
  if (!hindrance) return wish;
  return hindrance.reason === "StillRead" ? "on" : legacy;
};

const isUnfinished = ({ stage, legacy }: ComponentStatus, want: View["want"]): boolean =>
  stage !== "Skipped" && (stage !== "Instrumented" || legacy !== want.legacy);

/** Stages of a component that was instrumented once and is not any more. */
const FALLEN: readonly Stage[] = ["TakingBack", "TakenBack", "Held"];

/** At most one phase up or down. */
const move = (world: World, components: ComponentStatus[]): Move => {
  const { phase } = world.migration.status;
  const goal = goalOf(world.migration);
  const fallen = components.find(
    ({ name, stage }) => FALLEN.includes(stage) && !isLeaver(world, name),
  );
  if (fallen && rank(phase) > rank("Alongside")) return fall(fallen);
  if (rank(goal) > rank(phase)) return climb(world, components, goal);
  if (rank(effectiveTarget(world.migration)) < rank(phase)) return descend(world, components);
  const hindrance = blocked(holding(phase, components));
  return { phase, what: `stay at ${phase}`, evidence: "", ...(hindrance ? { hindrance } : {}) };
};

/** What a phase says of components holds for those too that have come, or gone, since it was reached. */
const holding = (phase: Phase, components: ComponentStatus[]): Gate[] =>
  wanted(phase).agent ? allDone(components) : components.map((component) => isPlain(component));

/** No phase rests on what the resource does not name. */
const isLeaver = ({ components }: World, name: string): boolean =>
  components.some(({ spec, leaves }) => leaves && spec.name === name);

/** A component that lost its agent takes every phase with it that rested on it. */
const fall = ({ name, stage, reason, message }: ComponentStatus): Move => ({
  phase: "Alongside",
  what: "take back what was not safe",
  hindrance: { reason, message: `${name} is ${stage}: ${message}` },
  evidence: `${name} was taken back: ${message}`,
});

const climb = (world: World, components: ComponentStatus[], goal: Phase): Move => {
  const { phase } = world.migration.status;
  const { what, prove } = machine[goal];
  const proofs = prove?.(world, components) ?? [];
  // Without approval nothing has been begun that could be proven.
  const hindrance = unapproved(world) ?? blocked(proofs) ?? haltOf(world);
  return hindrance
    ? { phase, what, hindrance, evidence: "" }
    : { phase: goal, what, evidence: proofs.map(({ message }) => message).join("; ") };
};

const descend = (world: World, components: ComponentStatus[]): Move => {
  const { phase } = world.migration.status;
  const hindrance = blocked(machine[phase].settle?.(world, components) ?? []);
  const what = `go back to ${effectiveTarget(world.migration)}`;
  // The phase is given up first; what stood on it is then undone, and only then the next one is given up.
  return hindrance
    ? { phase, what, hindrance, evidence: "" }
    : { phase: below(phase), what, evidence: "target lowered" };
};

/** Whoever leaves does not wait for ever. */
const giveUp = (world: World): { components: ComponentStatus[]; moved: Move } | undefined => {
  const hindrance = notRestored(world);
  const phase = effectiveTarget(world.migration);
  const moved = { phase, what: LEAVE, evidence: "" };
  return hindrance && { components: letGo(world), moved: { ...moved, hindrance } };
};

const goOn = (world: World): { components: ComponentStatus[]; moved: Move } => {
  const named = new Set(world.migration.spec.components.map(({ name }) => name));
  // Off the list and plain again: nothing is left to be remembered.
  const components = advance(world, goalOf(world.migration)).filter(
    ({ name, stage }) => named.has(name) || stage !== "Waiting",
  );
  return { components, moved: move(world, components) };
};

export const decide = (world: World): Decision => {
  const { components, moved } = giveUp(world) ?? goOn(world);
  const status = record(world, components, moved);
  return {
    status,
    seal: seals(world, components),
    keep: takebacks(world),
    requeueSeconds: settled(world, moved) ? 30 : 2,
  };
};

const settled = ({ migration }: World, { phase, hindrance }: Move): boolean =>
  phase === migration.status.phase && phase === effectiveTarget(migration) && !hindrance;
