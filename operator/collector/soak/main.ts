/**
 * `npm run collector:soak`: a real collector with a rendered configuration under ten times its load, with its backend away and
 * itself killed in between: what it accepted, sent, refused and kept, and how much memory that took.
 *
 *   npm run collector:soak -- [--minutes N] [--quick] [--rate N] [--json FILE]
 *
 * --minutes: how long the backend is away (10). --quick: all phases short. --rate: spans per second of the calm phases (100).
 * Three runs: a queue on disk that holds the outage; one in memory that is too small for it; one that memory is too small for.
 * Exit codes: 0 what was taken arrived and memory stayed below its limit; 1 it did not; 2 wrong arguments.
 */
import { writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { collector } from "../../migration/pipelines.ts";
import { type Asked, type Phase, tell, type Told } from "./story.ts";

const USAGE = "usage: npm run collector:soak -- [--minutes N] [--quick] [--rate N] [--json FILE]";

interface Options {
  seconds: Asked["seconds"];
  rate: number;
  json: string | undefined;
}

const positive = (name: string, text: string): number => {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new Error(`--${name} is ${text}, not a number above 0`);
};

const understood = (): Options => {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "10" },
      quick: { type: "boolean", default: false },
      rate: { type: "string", default: "100" },
      json: { type: "string" },
    },
  });
  const outage = positive("minutes", values.minutes) * 60;
  return {
    seconds: values.quick ? SHORT : { calm: 60, load: 60, outage },
    rate: positive("rate", values.rate),
    json: values.json && resolve(process.env["INIT_CWD"] ?? process.cwd(), values.json),
  };
};

interface Run {
  name: string;
  /** What it shows. */
  restarts: boolean;
  memoryMiB: number;
  queue: object;
  rate: number;
  seconds: Asked["seconds"];
}

const SHORT = { calm: 5, load: 10, outage: 20 };

/** Spans that come while the backend is away. */
const during = ({ outage }: Asked["seconds"], rate: number): number => rate * 10 * outage;

const runsOf = ({ rate, seconds }: Options): Run[] => [
  {
    name: "a queue on disk that holds the outage, killed in the middle",
    restarts: true,
    memoryMiB: 256,
    queue: { sizeItems: Math.max(1000, Math.ceil(during(seconds, rate) * 2)), storage: "EmptyDir" },
    rate,
    seconds,
  },
  {
    name: "a queue in memory that holds a tenth of the outage",
    restarts: false,
    memoryMiB: 256,
    queue: { sizeItems: Math.max(1000, Math.ceil(during(SHORT, rate) / 10)) },
    rate,
    seconds: SHORT,
  },
  {
    name: "a queue that memory does not suffice for, at ten times the rate",
    restarts: false,
    memoryMiB: 128,
    queue: { sizeItems: 10_000_000 },
    rate: rate * 10,
    seconds: SHORT,
  },
];

const round = (value: number): string => Math.round(value).toLocaleString("en");

const line = ({ name, seconds, account, collector: seen, cpuPercent }: Phase): string =>
  [
    `  ${name.padEnd(6)} ${round(seconds)} s: offered ${round(account.offered)}`,
    `accepted ${round(seen.accepted)}`,
    `sent ${round(seen.sent)}`,
    `refused ${round(account.refused)}`,
    `queued ${round(seen.queued)} of ${round(seen.capacity)}`,
    `memory ${round(seen.peakMiB)} MiB`,
    `disk ${round(seen.diskMiB)} MiB`,
    `CPU ${cpuPercent.toFixed(1)} %`,
  ].join(", ");

type Judged = Run & Told & { lost: number; passed: boolean };

/** What the collector has answered for arrives, and it stays within the memory it was given. */
const judge = (run: Run, told: Told): Judged => {
  const lost = told.account.owed;
  return { ...run, ...told, lost, passed: lost === 0 && told.collector.peakMiB <= run.memoryMiB };
};

const verdict = ({ account, collector: seen, lost, memoryMiB, passed }: Judged): string =>
  [
    `  ${passed ? "passed" : "FAILED"}: taken ${round(account.taken)}, arrived ${round(account.arrived)}`,
    `lost ${round(lost)}`,
    `twice ${round(account.twice)}`,
    `refused ${round(account.refused)}`,
    `unanswered ${round(account.unanswered)}`,
    `most queued ${round(seen.mostQueued)} of ${round(seen.capacity)}`,
    `memory ${round(seen.peakMiB)} of ${memoryMiB} MiB`,
  ].join(", ");

const play = async (run: Run): Promise<Judged> => {
  const { memoryMiB, queue, rate, seconds, restarts } = run;
  say(`${run.name} (${rate} spans a second, then ${rate * 10})`);
  const spec = collector.parse({ memoryMiB, queue });
  const told = await tell({ spec, rate, seconds, restarts, say }, (phase) => say(line(phase)));
  const judged = judge(run, told);
  say(verdict(judged));
  return judged;
};

const say = (text: string): void => console.log(text);

const main = async (): Promise<number> => {
  const options = understood();
  const load = loadavg();
  const played: Judged[] = [];
  for (const run of runsOf(options)) played.push(await play(run));
  const passed = played.every((one) => one.passed);
  const result = { passed, machine: { load }, runs: played };
  if (options.json) await writeFile(options.json, `${JSON.stringify(result, undefined, 2)}\n`);
  return passed ? 0 : 1;
};

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(USAGE);
  process.exitCode = 2;
}
