/** What the name of a metric says: its unit, and what it is about in words that old and new names share. Pure. */

export interface Unit {
  dimension: "time" | "size" | "share";
  /** In base units: seconds, bytes, 1. */
  scale: number;
}

const time = (scale: number): Unit => ({ dimension: "time", scale });
const size = (scale: number): Unit => ({ dimension: "size", scale });

const UNITS: Record<string, Unit> = {
  seconds: time(1),
  second: time(1),
  milliseconds: time(1e-3),
  millis: time(1e-3),
  ms: time(1e-3),
  microseconds: time(1e-6),
  us: time(1e-6),
  nanoseconds: time(1e-9),
  ns: time(1e-9),
  bytes: size(1),
  kilobytes: size(1024),
  megabytes: size(1024 ** 2),
  ratio: { dimension: "share", scale: 1 },
  percent: { dimension: "share", scale: 0.01 },
};

/** Words of different libraries for the same thing, in the singular. */
const SAME: Record<string, string> = {
  req: "request",
  latency: "duration",
  response: "duration",
  elapsed: "duration",
  lag: "delay",
  query: "operation",
  querie: "operation",
  db: "database",
  failure: "error",
};

const singular = (word: string): string => word.replace(/(?<=[a-z]{3}[^s])s$/, "");

/** They say how or by whom something is counted, not what. */
const SILENT = new Set(
  "total count sum bucket current number of the nodejs node js v8js v8 process app memory size time".split(
    " ",
  ),
);

const wordsOf = (name: string): string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll("event_loop", "eventloop")
    .split(/[_:.]+/)
    .filter((word) => word !== "");

export const unitOf = (name: string): Unit | undefined =>
  wordsOf(name)
    .toReversed()
    .flatMap((word) => UNITS[word] ?? [])[0];

export const topicsOf = (name: string): Set<string> =>
  new Set(
    wordsOf(name)
      .filter((word) => !SILENT.has(word) && !(word in UNITS))
      .map(singular)
      .map((word) => SAME[word] ?? word),
  );

/** Share of the words of both that both have, 0..1. */
export const likeness = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number => {
  const all = new Set([...a, ...b]);
  return all.size === 0 ? 0 : [...a].filter((word) => b.has(word)).length / all.size;
};
