/** Tells how far each key is, at most every few seconds. */
import type { Verdict } from "../verdict/report.ts";
import type { KeyName } from "./keys.ts";

const TELL_EVERY_MS = 5000;
const NAMES: Record<KeyName, string> = { marginal: "key 1", whole: "key 2" };

export const progress = ({
  out,
  now,
}: {
  out: (line: string) => void;
  now: () => number;
}): ((key: KeyName, verdict: Verdict) => void) => {
  let due = now() + TELL_EVERY_MS;
  return (key, { verdict, message }) => {
    if (now() < due) return;
    due = now() + TELL_EVERY_MS;
    out(`${NAMES[key]}: ${verdict}, ${message}`);
  };
};
