/**
 * `npm run parity:planted`: does the comparison see what goes wrong, and only that? The real pipeline runs with the real agents
 * before a real collector, Prometheus and Jaeger; copies of what the agents export carry one defect each. First disjoint windows
 * in which nothing must be found, then every defect over the whole run: it must be found in its row, and nowhere else.
 */
import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { otelMetrics } from "../../dashboards/names.ts";
import { parityRows } from "../../dashboards/parity.ts";
import { prometheusName } from "../../dashboards/translate.ts";
import { eventually } from "../../operator/backends/testing/processes.ts";
import { startRig } from "../../operator/backends/testing/rig.ts";
import { MeasurementError } from "../../operator/measurement/ask.ts";
import { prometheus } from "../../operator/measurement/prometheus.ts";
import type { Window } from "../../operator/parity/increase.ts";
import { LATENESS_SECONDS } from "../../operator/parity/window.ts";
import { seriesOf } from "../../verdict/paritymap.ts";
import { type Defect, defects } from "./defects.ts";
import { type Finding, judgeClean, judgeDefect, type Scene } from "./judge.ts";
import { startPatient } from "./patient.ts";
import { startPlanter } from "./planter.ts";

const USAGE = "usage: npm run parity:planted -- [--windows 10] [--seconds 30] [--json FILE]";
const SHORTEST_SECONDS = 20;

interface Options {
  windows: number;
  seconds: number;
  json: string | undefined;
}

const optionsFrom = (args: string[]): Options => {
  const { values } = parseArgs({
    args,
    options: {
      windows: { type: "string", default: "10" },
      seconds: { type: "string", default: "30" },
      json: { type: "string" },
    },
  });
  const [windows, seconds] = [Number(values.windows), Number(values.seconds)];
  if (!Number.isInteger(windows) || windows < 1)
    throw new Error("--windows takes a number from 1 on");
  if (!(seconds >= SHORTEST_SECONDS))
    throw new Error(`--seconds takes a number from ${SHORTEST_SECONDS} on`);
  return { windows, seconds, json: values.json };
};

const wanted = (): Set<string> => {
  const series = new Set(parityRows.map(({ otel }) => otel.replace(/(_count)?(\{.*)?$/, "")));
  const mapped = otelMetrics.filter((metric) => series.has(prometheusName(metric)));
  return new Set(mapped.map(({ name }) => name));
};

/** A process that has just started has calls that take a hundred times as long as others, and the window's edge may cut one in two. */
const SETTLE_SECONDS = 20;

/** Until every row of the map has samples on both sides, and a while more. */
const warmUp = async ({ rig, rows }: Scene): Promise<void> => {
  const door = prometheus(rig.metrics, fetch);
  const selectors = rows.flatMap(({ kind, legacy, otel }) =>
    [legacy, otel].map((it) => (kind === "histogram" ? seriesOf(it, "_count") : it)),
  );
  for (const selector of selectors)
    await eventually(`samples of ${selector}`, async () => (await door.query(selector))[0], 180);
  await sleep(SETTLE_SECONDS * 1000);
};

const until = (seconds: number): Promise<void> => sleep(Math.max(0, seconds * 1000 - Date.now()));

interface Outcome {
  defect: Defect;
  findings: Finding[];
  found: boolean;
}

const outcomeOf = (defect: Defect, findings: Finding[]): Outcome => {
  const places = findings.map(({ place }) => place);
  const right = defect.rows.every((row) => places.includes(row));
  return { defect, findings, found: right && places.length === defect.rows.length };
};

const ATTEMPTS = 5;

/** On a busy machine a backend may not answer in time: nothing follows from it. */
const patiently = async <T>(judge: () => Promise<T>, attempt = 1): Promise<T> => {
  try {
    return await judge();
  } catch (error) {
    if (!(error instanceof MeasurementError) || attempt === ATTEMPTS) throw error;
    return patiently(judge, attempt + 1);
  }
};

const QUIET_SECONDS = 8;

/** Nothing happens around it, so that both sides say the same at it, whenever they looked: a loss of one percent shows. */
const quietMoment = async ({ patient }: Scene): Promise<number> =>
  patient.quietly(async () => {
    await sleep((QUIET_SECONDS / 2) * 1000);
    const moment = Math.ceil(Date.now() / 1000);
    await sleep((QUIET_SECONDS / 2) * 1000);
    return moment;
  });

const measure = async (scene: Scene, { windows, seconds }: Options) => {
  const start = await quietMoment(scene);
  const invented: Finding[] = [];
  for (let index = 0; index < windows; index++) {
    const window: Window = { start: start + index * seconds, end: start + (index + 1) * seconds };
    await until(window.end + LATENESS_SECONDS);
    const findings = await patiently(() => judgeClean(scene, window));
    invented.push(...findings);
    console.log(`window ${index + 1} of ${windows}: ${findings.length} findings`);
    for (const { place, message } of findings) console.log(`  ${place}: ${message}`);
  }
  const whole: Window = { start, end: await quietMoment(scene) };
  await until(whole.end + LATENESS_SECONDS);
  const outcomes: Outcome[] = [];
  for (const defect of defects) {
    const findings = await patiently(() => judgeDefect(scene, defect, whole));
    outcomes.push(outcomeOf(defect, findings));
  }
  return { invented, outcomes };
};

const show = ({ defect, findings, found }: Outcome): void => {
  const places = findings.map(({ place }) => place).join(", ") || "nowhere";
  console.log(`${found ? "found " : "MISSED"} ${defect.name}: in ${places}`);
  const [first] = findings;
  if (first) console.log(`       ${first.message}`);
};

const run = async (options: Options): Promise<boolean> => {
  const collector = Promise.withResolvers<string>();
  const planter = await startPlanter({ collector: collector.promise, defects, wanted: wanted() });
  const ends: (() => Promise<unknown>)[] = [planter.stop];
  const end = async (): Promise<void> => {
    for (const one of ends.splice(0).toReversed()) await one();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void end().finally(() => process.exit(1)));
  try {
    const patient = await startPatient(planter.endpoint, ends);
    const rig = await startRig({ scraped: patient.scraped });
    ends.push(rig.stop);
    collector.resolve(rig.collector);
    const scene: Scene = { rig, patient, rows: parityRows };
    await warmUp(scene);
    const { invented, outcomes } = await measure(scene, options);
    outcomes.forEach(show);
    for (const trouble of new Set(planter.troubles)) console.log(`not delivered: ${trouble}`);
    if (options.json) await writeFile(options.json, reportOf(outcomes, options, invented));
    return invented.length === 0 && outcomes.every(({ found }) => found);
  } finally {
    await end();
  }
};

const reportOf = (outcomes: Outcome[], { windows }: Options, invented: Finding[]): string => {
  const found = outcomes.map(({ defect, findings, found: right }) => ({
    name: defect.name,
    foundIn: findings.map(({ place }) => place).join(", "),
    found: right,
  }));
  const clean = { runs: windows, invented: invented.length };
  return `${JSON.stringify({ defects: found, clean }, undefined, 2)}\n`;
};

const main = async (): Promise<number> => {
  let options: Options;
  try {
    options = optionsFrom(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 2;
  }
  return (await run(options)) ? 0 : 1;
};

process.exitCode = await main();
