/**
 * The commands that steer: approve, pause, resume, target, rollback, retry. Each writes one annotation that the operator
 * understands, and never the spec: that belongs to whoever keeps it in Git.
 */
import {
  below,
  COMMAND,
  effectiveTarget,
  goalOf,
  rank,
} from "@flashcard-otel/operator/migration/goal.ts";
import {
  GROUP,
  KIND,
  type Phase,
  PHASES,
  VERSION,
} from "@flashcard-otel/operator/migration/schema.ts";
import type { Migration } from "@flashcard-otel/operator/migration/types.ts";
import type { Handler, Request } from "../command.ts";
import type { Io } from "../io.ts";
import { findMigration } from "../reach/migration.ts";
import { EXIT, misuse, Trouble } from "../trouble.ts";

interface Order {
  annotation: keyof typeof COMMAND;
  /** null takes the annotation away. */
  value: string | null;
  /** What is so now. */
  says: string;
}

type Decide = (migration: Migration, request: Request, io: Io) => Order;

const steer =
  (nameAt: number, decide: Decide): Handler =>
  async (request, io) => {
    const { cluster, namespace } = await io.connect(request.where);
    const { migration } = await findMigration({ cluster, namespace }, request.positionals[nameAt]);
    const { annotation, value, says } = decide(migration, request, io);
    const { name } = migration.metadata;
    const dry = request.flag("dry-run");
    if (!dry)
      await cluster.merge(
        { apiVersion: `${GROUP}/${VERSION}`, kind: KIND, namespace, name },
        { metadata: { annotations: { [COMMAND[annotation]]: value } } },
      );
    io.print(`${name}: ${says}${dry ? " (dry run)" : ""}\n`);
    if (!dry) io.remark("to see what follows: flashcard-otel status -w\n");
    return EXIT.done;
  };

/** There is nothing to do, and that is an answer. */
const no = (what: string, why: string, todo: string): Trouble =>
  new Trouble({ what, why, todo }, EXIT.no);

export const approve = steer(0, (migration, request) => {
  const { name } = migration.metadata;
  const { phase, planHash } = migration.status;
  const goal = goalOf(migration);
  if (migration.spec.approval === "Automatic")
    throw no(
      `no step of ${name} waits for you`,
      "spec.approval is Automatic",
      "set spec.approval to Manual to be asked before every step",
    );
  if (goal === phase || rank(effectiveTarget(migration)) <= rank(phase))
    throw no(
      `no step of ${name} waits for you`,
      `it is at ${phase} and shall not go further`,
      "raise spec.target to go further",
    );
  if (planHash === undefined || request.flag("any"))
    return {
      annotation: "approve",
      value: goal,
      says: `the step to ${goal} is approved, whatever changes until then`,
    };
  return {
    annotation: "approve",
    value: planHash,
    says: `the step to ${goal} is approved as it is now (${planHash})`,
  };
});

export const pause = steer(0, () => ({
  annotation: "paused",
  value: "true",
  says: "paused: nothing goes forward; taking back what is not safe goes on",
}));

export const resume = steer(0, ({ metadata: { name, annotations = {} } }) => {
  if (annotations[COMMAND.paused] === undefined)
    throw no(
      `${name} is not paused`,
      "nobody has told it to pause",
      "flashcard-otel status says what it waits for; a hold is lifted by `flashcard-otel target PHASE`",
    );
  return { annotation: "paused", value: null, says: "goes on" };
});

const isPhase = (word: string | undefined): word is Phase => PHASES.some((phase) => phase === word);

const hold = (migration: Migration, phase: Phase): Order => {
  const { target } = migration.spec;
  const { name } = migration.metadata;
  if (rank(phase) > rank(target))
    throw misuse({
      what: `${name} may not go to ${phase}`,
      why: `spec.target is ${target}, and commands never write the spec: Git or its owner would write it back`,
      todo: `set spec.target to ${phase} where you keep the resource, or: kubectl patch ft ${name} --type merge -p '{"spec":{"target":"${phase}"}}'`,
    });
  if (phase === target)
    return { annotation: "hold", value: null, says: `goes to ${target}, as its spec says` };
  const back = rank(phase) < rank(migration.status.phase);
  const way = back ? `goes back to ${phase}` : `goes no further than ${phase}`;
  return {
    annotation: "hold",
    value: phase,
    says: `${way}; \`flashcard-otel target ${target}\` lifts the hold`,
  };
};

export const target = steer(1, (migration, { positionals: [phase] }) => {
  if (!isPhase(phase)) throw new Error(`the table let ${phase} pass as a phase`);
  return hold(migration, phase);
});

export const rollback = steer(0, (migration, request) => {
  const { phase } = migration.status;
  const to = request.text("to") ?? below(phase);
  if (phase === "Legacy" || !isPhase(to) || rank(to) >= rank(phase))
    throw no(
      `${migration.metadata.name} cannot go back to ${to}`,
      `it is at ${phase}`,
      "flashcard-otel status; to stop it from going further: flashcard-otel pause",
    );
  const going = effectiveTarget(migration);
  if (rank(going) <= rank(to))
    throw no(
      `${migration.metadata.name} is on its way back to ${going} already`,
      `it is at ${phase}`,
      "flashcard-otel status -w",
    );
  return hold(migration, to);
});

const STUCK: readonly string[] = ["Held", "TakenBack", "Skipped"];

export const retry = steer(0, (migration, _request, io) => {
  const stuck = migration.status.components.filter(({ stage }) => STUCK.includes(stage));
  const { name } = migration.metadata;
  if (stuck.length === 0)
    throw no(
      `no component of ${name} waits for a retry`,
      "none is Held, TakenBack or Skipped",
      "flashcard-otel status",
    );
  const names = stuck.map((component) => component.name).join(", ");
  return { annotation: "retry", value: io.now().toISOString(), says: `tries again: ${names}` };
});
