/** Outcome of `npm run test:full` as Markdown whose columns also line up on a terminal. Pure. */
import { type Done, type Progress, remaining } from "./progress.ts";
import type { Suite } from "./run.ts";

export interface Session {
  began: Date;
  now: Date;
}

const outcome = ({ code, failed, finished }: Done, { began }: Session): string => {
  const result = code === 0 ? "passed" : `FAILED at ${failed ?? "an unknown command"}`;
  return Date.parse(finished) < began.getTime() ? `${result} earlier` : result;
};

const row = (name: string, done: Done | undefined, session: Session): string[] =>
  done
    ? [name, outcome(done, session), done.seconds.toFixed(1), done.finished]
    : [name, "not run", "", ""];

/** Seconds are right-aligned, so that a long suite stands out. */
const aligned = (rows: string[][]): string[] => {
  const width = (column: number): number =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0));
  const cell = (text: string, column: number): string =>
    column === 2 ? text.padStart(width(column)) : text.padEnd(width(column));
  const [head = [], ...body] = rows.map((cells) => `| ${cells.map(cell).join(" | ")} |`);
  return [String(head), "|---|---|--:|---|", ...body];
};

/** The total is what one session would have taken: each suite's last run, in whichever session that was. */
const totals = (lasts: Done[], { began, now }: Session): string => {
  const total = lasts.reduce((sum, { seconds }) => sum + seconds, 0);
  const wall = (now.getTime() - began.getTime()) / 1000;
  return `total ${total.toFixed(0)} s over all sessions, ${wall.toFixed(0)} s in this one`;
};

const counts = (suites: Suite[], lasts: Done[], open: number): string => {
  const failed = lasts.filter(({ code }) => code !== 0).length;
  return `suites: ${suites.length - open} passed, ${failed} failed, ${open - failed} not run`;
};

/**
 * The bound is what the failure rate stays below with 95 % confidence when none of n independent requests failed: the rule of three,
 * 3/n (Hanley and Lippman-Hand 1983).
 */
const pulse = (lasts: Done[]): string[] => {
  const seen = lasts.flatMap((done) => done.pulse ?? []);
  if (seen.length === 0) return [];
  const sum = (count: "sent" | "failed"): number =>
    seen.reduce((total, one) => total + one[count], 0);
  const gap = Math.max(...seen.map(({ longestGapMs }) => longestGapMs));
  const [sent, failed] = [sum("sent"), sum("failed")];
  const bound =
    sent > 0 && failed === 0 ? ` (fewer than ${(3 / sent).toExponential(1)} of them, 95 %)` : "";
  const counted = `${sent} requests sent in ${seen.length} suites, ${failed} failed${bound}`;
  return [`- pulse: ${counted}, longest gap ${gap} ms`];
};

export const report = (suites: Suite[], progress: Progress, session: Session): string => {
  const last = (name: string): Done | undefined =>
    progress.done.find(({ suite }) => suite === name);
  const lasts = suites.flatMap(({ name }) => last(name) ?? []);
  return [
    `# Tests of ${progress.version}`,
    "",
    ...aligned([
      ["Suite", "Outcome", "Seconds", "Finished"],
      ...suites.map(({ name }) => row(name, last(name), session)),
    ]),
    "",
    `- ${totals(lasts, session)}`,
    `- ${counts(suites, lasts, remaining(suites, progress).length)}`,
    ...pulse(lasts),
    "",
  ].join("\n");
};
