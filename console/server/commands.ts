/**
 * What a person can tell the operator now. A command is an annotation, never a change of spec, so that GitOps has nothing
 * to undo; each is shown with what would do the same in a terminal. Pure.
 */
import { below, COMMAND, effectiveTarget, goalOf, rank } from "../../operator/migration/goal.ts";
import { PHASES } from "../../operator/migration/schema.ts";
import type { CommandName, Migration, Offer } from "../facts.ts";
import { subjectOf } from "./subject.ts";

interface Order {
  annotation: string;
  /** null takes the annotation away. */
  value: string | null;
}

const isPhase = (word: string): boolean => PHASES.some((phase) => phase === word);
const isPlanHash = (word: string): boolean => /^[0-9a-f]{10}$/.test(word);
const isWord = (word: string): boolean => /^[\w.:-]{1,64}$/.test(word);

const orders: Record<CommandName, (value: string) => Order | undefined> = {
  pause: () => ({ annotation: COMMAND.paused, value: "true" }),
  resume: () => ({ annotation: COMMAND.paused, value: null }),
  approve: (value) =>
    isPlanHash(value) || isPhase(value) ? { annotation: COMMAND.approve, value } : undefined,
  // Empty: no longer held below spec.target.
  target: (value) =>
    value === "" || isPhase(value)
      ? { annotation: COMMAND.hold, value: value === "" ? null : value }
      : undefined,
  retry: (value) => (isWord(value) ? { annotation: COMMAND.retry, value } : undefined),
  rollback: (value) => (isPhase(value) ? { annotation: COMMAND.hold, value } : undefined),
};

/** The annotation that a command writes; undefined for what is no command. */
export const orderOf = (name: string, value: string): Order | undefined =>
  Object.hasOwn(orders, name) ? orders[name as CommandName](value) : undefined;

const kubectlOf = ({ namespace, name }: Migration, { annotation, value }: Order): string => {
  const what = value === null ? `${annotation}-` : `${annotation}=${value} --overwrite`;
  return `kubectl -n ${namespace} annotate flashcardtelemetry ${name} ${what}`;
};

const STUCK: readonly string[] = ["Held", "TakenBack", "Skipped"];

/** What makes sense in the present state, in the order of the buttons. `word` has never been used for a retry. */
export const offers = (migration: Migration, word: string): Offer[] => {
  const { spec, status, annotations, namespace, name, uid } = migration;
  if (!spec || migration.deleting) return [];
  const metadata = { namespace, name, uid, annotations };
  const seen = { metadata, spec: subjectOf(migration).spec, status };
  const target = effectiveTarget(seen);
  const offer = (command: CommandName, value: string, does: string): Offer => ({
    command,
    value,
    does,
    kubectl: kubectlOf(migration, orderOf(command, value) ?? { annotation: "", value }),
  });
  const lower = PHASES.filter((phase) => rank(phase) < rank(spec.target) && phase !== target);
  const goal = goalOf(seen);
  const back = below(status.phase);
  return [
    ...(status.next?.reason === "WaitingForApproval"
      ? [
          status.planHash === undefined
            ? offer("approve", goal, `takes the step to ${goal}, whatever changes until then`)
            : offer("approve", status.planHash, `takes the step to ${goal} as it is now`),
        ]
      : []),
    ...(status.components.some(({ stage }) => STUCK.includes(stage))
      ? [offer("retry", word, "tries the components again that are held or taken back")]
      : []),
    annotations[COMMAND.paused] === "true"
      ? offer("resume", "", "goes on with components that wait")
      : offer("pause", "", "no component moves on; taking back is never paused"),
    ...lower.map((phase) => offer("target", phase, `goes to ${phase} and stays there`)),
    ...(target === spec.target
      ? []
      : [offer("target", "", `goes on to ${spec.target}, as spec.target says`)]),
    ...(status.phase === "Legacy" || rank(target) <= rank(back)
      ? []
      : [offer("rollback", back, `goes back one step, to ${back}, and stays there`)]),
  ];
};
