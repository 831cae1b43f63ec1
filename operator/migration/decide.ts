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
import { conditions } from "./conditions.ts";
import { COMMAND, below, effectiveTarget, goalOf, rank, staysOnDeletion, wanted } from "./goal.ts";
import { asItStands, leavingSince, letGo, notRestored } from "./leaving.ts";
import type { ComponentStatus, Phase, Stage, Status } from "./schema.ts";
import { remembered } from "./downtime.ts";
import { haltOf } from "./halt.ts";
import { isRenewed } from "./outdated.ts";
import { planHash } from "./planhash.ts";
import { seals } from "./evidence.ts";
import { plain } from "./moves.ts";
import { componentIn } from "./named.ts";
import { takebacks } from "./takeback.ts";
import { secondsSince } from "./time.ts";
import type { Decision, Gate, World } from "./types.ts";

interface Row {
  /** What is done to reach this phase, for people. */
  what: string;
  /** Every gate must be passed before this phase is reached. */
  prove: (world: World, components: ComponentStatus[]) => Gate[];
  /** Every gate must be passed before this phase may be left downwards. */
  settle: (world: World, components: ComponentStatus[]) => Gate[];
}

const gates = (world: World, phase: Phase): Gate[] =>
  world.gates[phase] ?? [{ passed: false, reason: "Observing", message: "gathering evidence" }];

/** Again at every phase: a component may have been added, or its verdict may have gone stale, since. */
const allDone = (components: ComponentStatus[]): Gate[] =>
  components.map((component) => isDone(component));

const machine: Record<Phase, Row> = {
  Legacy: { what: "legacy monitoring only", prove: () => [], settle: () => [] },
  Alongside: {
    what: "add OpenTelemetry alongside",
    prove: (world) => gates(world, "Alongside"),
    settle: (_world, components) => components.map((component) => isPlain(component)),
  },
  Instrumented: {
    what: "instrument component by component",
    prove: (_world, components) => allDone(components),
    settle: () => [],
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
    settle: () => [],
  },
};

/** The next status of every component. Forward, the first one that is not where it shall be moves and the others wait; back, all move. */
const advance = (world: World, goal: Phase): ComponentStatus[] => {
  const wish = wantedNow(world, goal);
  const before = world.components.map((seen) => {
    const { name } = seen.spec;
    return { seen, status: componentIn(world.migration.status, name) ?? plain(name) };
  });
  const mover = before.find(({ seen, status }) => isDue({ world, seen, status }, wish))?.status
    .name;
  const halt = haltOf(world);
  return before.map(({ seen, status }) => {
    const want = wantedOf({ world, seen, status }, wish);
    const view: View = {
      world,
      seen,
      spec: seen.spec,
      status,
      want,
      mayMove: status.name === mover || goesBack(status, want),
      halt: goesBack(status, want) ? undefined : halt,
    };
    return step(view);
  });
};

type Subject = Pick<View, "world" | "seen" | "status">;

const isDue = ({ world, seen, status }: Subject, wish: View["want"]): boolean =>
  !seen.leaves &&
  !staysOnDeletion(world.migration) &&
  (isUnfinished(status, wish) || isRenewed({ world, seen, status }));

const wantedOf = ({ world, seen, status }: Subject, wish: View["want"]): View["want"] => {
  if (seen.leaves) return wanted("Legacy");
  return staysOnDeletion(world.migration) ? asItStands(status) : wish;
};

/** What is brought back has been in service before. */
const goesBack = (status: ComponentStatus, want: View["want"]): boolean =>
  !want.agent ||
  (status.stage === "Instrumented" && status.legacy === "off" && want.legacy === "on");

/** The legacy emitters go off only when the guard of the Retire step has been passed. */
const wantedNow = (world: World, goal: Phase): View["want"] => {
  const want = wanted(goal);
  const guarded =
    goal === "Retired" &&
    world.migration.status.phase !== "Retired" &&
    blocked(gates(world, "Retired"));
  return guarded ? { ...want, legacy: "on" } : want;
};

const isUnfinished = (status: ComponentStatus, want: View["want"]): boolean => {
  if (!want.agent) return status.stage !== "Waiting";
  if (status.stage === "Skipped") return false;
  return status.stage !== "Instrumented" || status.legacy !== want.legacy;
};

/** Stages of a component that was instrumented once and is not any more. */
const FALLEN: readonly Stage[] = ["TakingBack", "TakenBack", "Held"];

interface Move {
  phase: Phase;
  what: string;
  gate: Gate | undefined;
  evidence: string;
}

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
  const gate = blocked(holding(phase, components));
  return { phase, what: `stay at ${phase}`, gate, evidence: "" };
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
  gate: { passed: false, reason, message: `${name} is ${stage}: ${message}` },
  evidence: `${name} was taken back: ${message}`,
});

const climb = (world: World, components: ComponentStatus[], goal: Phase): Move => {
  const row = machine[goal];
  const proofs = row.prove(world, components);
  const gate = blocked(proofs) ?? halted(world) ?? approval(world, goal);
  if (gate) return { phase: world.migration.status.phase, what: row.what, gate, evidence: "" };
  return {
    phase: goal,
    what: row.what,
    gate: undefined,
    evidence: proofs.map(({ message }) => message).join("; "),
  };
};

const halted = (world: World): Gate | undefined => {
  const halt = haltOf(world);
  return halt && { passed: false, ...halt };
};

const approval = (world: World, goal: Phase): Gate | undefined => {
  const { spec, metadata } = world.migration;
  const given = metadata.annotations?.[COMMAND.approve] ?? "";
  if (spec.approval === "Automatic" || [goal, planHash(world)].includes(given)) return undefined;
  return {
    passed: false,
    reason: "WaitingForApproval",
    message: `annotate ${COMMAND.approve}=${planHash(world)} to take the step to ${goal} as it is now, or =${goal} whatever changes until then`,
  };
};

const descend = (world: World, components: ComponentStatus[]): Move => {
  const { phase } = world.migration.status;
  const gate = blocked(machine[phase].settle(world, components));
  const what = `go back to ${effectiveTarget(world.migration)}`;
  // The phase is given up first; what stood on it is then undone, and only then the next one is given up.
  return gate
    ? { phase, what, gate, evidence: "" }
    : { phase: below(phase), what, gate: undefined, evidence: "target lowered" };
};

/** Whoever leaves does not wait for ever. */
const giveUp = (world: World): { components: ComponentStatus[]; moved: Move } | undefined => {
  const gate = notRestored(world);
  const phase = effectiveTarget(world.migration);
  return gate && { components: letGo(world), moved: { phase, what: "leave", gate, evidence: "" } };
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

const settled = ({ migration }: World, { phase, gate }: Move): boolean =>
  phase === migration.status.phase && phase === effectiveTarget(migration) && gate === undefined;

const record = (world: World, components: ComponentStatus[], moved: Move): Status => {
  const { status, metadata } = world.migration;
  const now = world.now.toISOString();
  const retry = metadata.annotations?.[COMMAND.retry];
  const { leavingSince: _since, objectives: _before, ...known } = status;
  const next: Status = {
    ...known,
    ...leavingSince(world),
    ...standing(world),
    observedGeneration: metadata.generation ?? 0,
    phase: moved.phase,
    components,
    phaseStartedAt: moved.phase === status.phase ? (status.phaseStartedAt ?? now) : now,
    history:
      moved.phase === status.phase
        ? status.history
        : [...status.history, finished(world, moved)].slice(-20),
    acknowledged: retry ? { ...status.acknowledged, [COMMAND.retry]: retry } : status.acknowledged,
    planHash: planHash(world),
    next: upcoming(world, moved),
  };
  const switched = moved.what === "leave" ? undefined : switchedOf(world);
  if (switched) next.switched = switched;
  else delete next.switched;
  if (world.pulse) Object.assign(next, remembered(world.pulse));
  if (world.parity) next.parity = world.parity;
  if (world.baseline) next.baseline = world.baseline;
  return { ...next, conditions: conditions(world, next) };
};

/** Known only while somebody can be asked. */
const standing = ({ objectives }: World): Pick<Status, "objectives"> =>
  objectives ? { objectives } : {};

/** Remembered until everything is back, so that a way back that was cut short is taken up again. */
const switchedOf = ({ switching, migration, now }: World): Status["switched"] => {
  if (!switching) return migration.status.switched;
  if (switching.undone) return undefined;
  const { switched } = migration.status;
  const { reason } = switching.gate;
  return { step: reason, since: switched?.step === reason ? switched.since : now.toISOString() };
};

const finished = (
  { migration, now }: World,
  { phase, evidence }: Move,
): Status["history"][number] => {
  const startedAt = migration.status.phaseStartedAt ?? now.toISOString();
  return {
    name: phase,
    startedAt,
    seconds: Math.round(secondsSince(now, startedAt)),
    evidence: evidence.slice(0, 2000),
  };
};

/** What is going on and what it waits for, in words. */
const upcoming = (world: World, { what, gate }: Move): NonNullable<Status["next"]> => {
  const previous = world.migration.status.next;
  const reason = gate?.reason ?? "Settled";
  const message = gate?.message ?? "nothing to do";
  const same = previous?.what === what && previous.reason === reason;
  return { what, reason, message, since: same ? previous.since : world.now.toISOString() };
};
