/** What a case comes to. Pure. */
import { difference, late, said, witnessed, type Outcome } from "./outcome.ts";
import type { Row } from "./row.ts";

/** Senseless: the row asks for what this Node, or this machine, does not have. */
export type Verdict =
  | { result: "passed" | "senseless" }
  | { result: "accepted" | "failed"; difference: string };

/** The same program, without and with the agent. */
export interface Pair {
  plain: Outcome;
  withAgent: Outcome;
}

/** "Not a flag of mine", says Node. */
const BAD_OPTION = 9;

export const isSenseless = ({ wrap, agent }: Row, plain: Outcome): boolean =>
  plain.code === BAD_OPTION ||
  (wrap !== undefined && agent !== "unknown" && witnessed(plain).length === 0);

export function judge(row: Row, { plain, withAgent }: Pair): Verdict {
  const found =
    difference(plain, withAgent) ?? late(plain, withAgent) ?? misconduct(row, { plain, withAgent });
  if (found === undefined) return { result: "passed" };
  return { result: row.accepted === undefined ? "failed" : "accepted", difference: found };
}

/** What the agent itself did wrong, though the application did not notice. */
function misconduct(
  { agent = "active", robbed }: Row,
  { plain, withAgent }: Pair,
): string | undefined {
  const words = said(withAgent);
  const fault = words.find((line) => line.includes("internal fault"));
  if (fault !== undefined && !robbed) return fault;
  const states = witnessed(withAgent);
  // One line for each process; one that was robbed also says that it gives up.
  const most = Math.max(1, states.length) * (robbed ? 2 : 1);
  if (words.length > most) return `${words.length} lines of the agent: ${words.join(" | ")}`;
  // Where the witness cannot speak without the agent either, nothing can be said.
  if (agent === "unknown" || witnessed(plain).length === 0) return undefined;
  if (states.length > 0 && states.every((state) => state === agent)) return undefined;
  return `the agent is ${states.join() || "silent"}, not ${agent}: ${words.join(" | ")}`;
}
