/**
 * What the operator costs the API server and its node, on a real API server and etcd without a cluster.
 *
 *   npm run operator:cost -- [--quick] [--crowd N,N,...] [--outages N] [--json FILE]
 *
 * One migration of the crash plans there and back; a rest at Retired; as many resources as --crowd says (1,100,1000), each in a
 * namespace of its own, with the operator's bundle as a process; outages of 30 s (--outages: how many of each kind, 3). --quick:
 * short rests, two small crowds, one outage of 5 s. Exit codes: 0; 1 the memory of the largest crowd is above the chart's limit.
 */
import { readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { quantile } from "@flashcard-otel/verdict/numeric.ts";
import { parse } from "yaml";
import { root } from "../../tools/run.ts";
import { amountOf } from "../injection/quantity.ts";
import { configOf, openRig } from "../rig.ts";
import { type Crowd, gather, placeOf } from "./crowd.ts";
import { type Journey, travel, type Way } from "./journey.ts";
import { openLine } from "./line.ts";
import { loseServer } from "./outage.ts";
import { HOME, startSubject } from "./subject.ts";
import { total, type Traffic } from "./traffic.ts";

const say = (line: string): void => console.log(line);

interface Options {
  restSeconds: number;
  crowds: number[];
  outages: { seconds: number; times: number };
  json: string | undefined;
}

const understood = (): Options => {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      crowd: { type: "string", default: "1,100,1000" },
      outages: { type: "string", default: "3" },
      json: { type: "string" },
    },
  });
  const crowds = values.crowd.split(",").map(Number);
  if (!crowds.every((size, nth) => Number.isInteger(size) && size > (crowds[nth - 1] ?? 0)))
    throw new Error(`--crowd is ${values.crowd}, not rising whole numbers with commas between`);
  return {
    restSeconds: values.quick ? 35 : 120,
    crowds: values.quick ? [1, 10] : crowds,
    outages: values.quick
      ? { seconds: 5, times: 1 }
      : { seconds: 30, times: Number(values.outages) },
    json: values.json && resolve(process.env["INIT_CWD"] ?? process.cwd(), values.json),
  };
};

const HOUR = 3600;

const crowd = async ({ restSeconds, crowds, outages }: Options) => {
  const rig = await openRig();
  await rig.kubectl.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: HOME } });
  const direct = configOf(rig.kubeconfig);
  const line = await openLine(direct.getCurrentCluster()?.server ?? "");
  const subject = await startSubject(line.config(direct));
  try {
    const sizes: Crowd[] = [];
    for (const to of crowds) {
      const from = sizes.at(-1)?.resources ?? 0;
      const options = { subject, line, rig, restSeconds };
      const one = await gather(options, { from, to });
      sizes.push(one);
      say(crowdLine(one));
    }
    const doors = { line, cluster: rig.cluster, user: rig.kubectl };
    const serverBack = await loseServer(doors, placeOf(0), { ...outages, say });
    return { sizes, serverBack, restarts: subject.restarts() };
  } finally {
    await subject.stop();
    await line.stop();
    await rig.stop();
  }
};

const MIB = 1024 * 1024;
const fixed = (value: number, digits = 0): string =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

const perHour = (value: number, seconds: number): string => fixed((value / seconds) * HOUR);

const crowdLine = (one: Crowd): string =>
  [
    `${fixed(one.resources)} resources: ${fixed(one.rss / MIB)} MiB resident, ${fixed(one.heap / MIB)} heap`,
    `looks ${fixed(one.looks)} in ${one.seconds} s, p50 ${fixed(one.p50)} ms, p99 ${fixed(one.p99)} ms`,
    `per hour ${perHour(one.calls, one.seconds)} calls, ${perHour(one.bytes / MIB, one.seconds)} MiB on the wire, ${perHour(one.cpuSeconds, one.seconds)} s of CPU`,
    `all at rest after ${fixed(one.settleSeconds, 1)} s`,
  ].join("; ");

const lookLine = (name: string, { looks }: Pick<Way, "looks">): string =>
  `${name}: ${looks.length} looks, p50 ${fixed(quantile(looks, 0.5))} ms, p99 ${fixed(quantile(looks, 0.99))} ms`;

const trafficLines = (traffic: Traffic): string[] =>
  Object.entries(traffic)
    .toSorted(([, one], [, other]) => other.bytes - one.bytes)
    .map(
      ([what, { calls, bytes }]) =>
        `  ${what.padEnd(32)} ${fixed(calls).padStart(7)} calls ${fixed(bytes / 1024).padStart(9)} KiB`,
    );

const tellWay = (name: string, way: Way): void => {
  const { calls, bytes } = total(way.traffic);
  say(`${lookLine(name, way)}; ${fixed(calls)} calls, ${fixed(bytes / 1024)} KiB of bodies`);
  for (const line of trafficLines(way.traffic)) say(line);
};

const tellJourney = ({ there, back, atRest }: Journey): void => {
  tellWay("there", there);
  tellWay("back", back);
  tellWay(`at rest, ${atRest.seconds} s`, atRest);
  const { calls, bytes } = total(atRest.traffic);
  const { seconds } = atRest;
  say(
    `extrapolated to an hour at rest: ${perHour(calls, seconds)} calls, ${perHour(bytes / 1024, seconds)} KiB`,
  );
};

/** Bytes. */
const memoryLimit = async (): Promise<number> => {
  const file = join(root, "charts", "flashcard-otel", "values.yaml");
  const values = parse(await readFile(file, "utf8")) as {
    controller: { resources: { limits: { memory: string } } };
  };
  return amountOf(values.controller.resources.limits.memory) ?? 0;
};

const main = async (): Promise<number> => {
  const options = understood();
  const { restSeconds, outages } = options;
  const machine = { cores: cpus().length, load: loadavg() };
  const journey = await travel({ restSeconds, outages, say });
  tellJourney(journey);
  const { sizes, ...crowded } = await crowd(options);
  const limit = await memoryLimit();
  const most = Math.max(...sizes.map(({ rss }) => rss));
  say(`memory: ${fixed(most / MIB)} of ${fixed(limit / MIB)} MiB`);
  const result = { machine, journey, crowds: sizes, ...crowded, limit };
  if (options.json) await writeFile(options.json, `${JSON.stringify(result, undefined, 2)}\n`);
  return most <= limit ? 0 : 1;
};

process.exitCode = await main();
