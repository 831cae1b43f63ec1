/** What an application did, as far as anybody outside can see, and whether two runs did the same. Pure. */

export interface Outcome {
  code: number | null;
  signal: string | null;
  out: string;
  err: string;
  /** What a service answered. */
  answers: string[];
  /** False when it had to be killed. */
  ended: boolean;
  ms: number;
}

/** A process that we keep alive is harmed, even when it says the same. Far above what a busy machine adds. */
export const DELAY_MS = 3000;

const OURS = /^flashcard-otel: .*$/;
const WITNESS = /^witness: (\w+)$/;

/** Differs from run to run without any agent: process ids, ports, durations, names of temporary folders. */
const normal = (text: string): string =>
  text
    .replace(/\(node:\d+\)/g, "(node:PID)")
    .replace(/READY \d+/g, "READY PORT")
    // As the test runner repeats it.
    .replace(/# witness: \w+/g, "# witness")
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
    .replace(/duration_ms:? [\d.]+/g, "duration_ms N")
    .replace(/\([\d.]+ms\)/g, "(Nms)");

const lines = (text: string): string[] => text.split("\n");

/** The lines that the agent itself wrote. */
export const said = ({ err }: Outcome): string[] => lines(err).filter((line) => OURS.test(line));

/** What the witness saw of the agent in each process. */
export const witnessed = ({ err }: Outcome): string[] =>
  lines(err).flatMap((line) => WITNESS.exec(line)?.[1] ?? []);

const own = (err: string): string =>
  lines(normal(err))
    .filter((line) => !OURS.test(line) && !WITNESS.test(line))
    .join("\n");

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Both from a little before where they part. */
function parting(a: unknown, b: unknown): [string, string] {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  let from = 0;
  while (from < left.length && left[from] === right[from]) from++;
  const shown = (text: string): string => text.slice(Math.max(0, from - 40), from + 400);
  return [shown(left), shown(right)];
}

/** The first difference as a sentence; undefined when there is none. */
export function difference(plain: Outcome, withAgent: Outcome): string | undefined {
  const pairs: [string, unknown, unknown][] = [
    ["ending", endOf(plain), endOf(withAgent)],
    ["stdout", normal(plain.out), normal(withAgent.out)],
    ["stderr", own(plain.err), own(withAgent.err)],
    ["answers", plain.answers.map(normal), withAgent.answers.map(normal)],
  ];
  const found = pairs.find(([, without, with_]) => !same(without, with_));
  return found ? sentence(...found) : undefined;
}

export function late(plain: Outcome, withAgent: Outcome): string | undefined {
  const ms = Math.round(withAgent.ms - plain.ms);
  return ms > DELAY_MS ? `ended ${ms} ms later than without the agent` : undefined;
}

function sentence(what: string, plain: unknown, withAgent: unknown): string {
  const [without, with_] = parting(plain, withAgent);
  return `${what}: ${without} without, ${with_} with the agent`;
}

const endOf = ({ ended, code, signal }: Outcome): string =>
  ended ? `code ${code}, signal ${signal}` : "did not end before its deadline";
