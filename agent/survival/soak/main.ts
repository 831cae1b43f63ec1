/**
 * `npm run soak -w agent`: a small service under many requests, plain and with the agent: whether its memory stays flat, and how
 * late its event loop is.
 *
 *   npm run soak -w agent [-- --requests N] [-- --json FILE]     10^6 requests each by default
 */
import { createServer } from "node:http";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { Workshop } from "../workshop.ts";
import { growth, type Growth } from "./slope.ts";
import { soak, type Sample } from "./soak.ts";

const MB = 1e6;
/** More than this over the second half, beyond doubt, is no flat memory. */
const LIMITS = { heapUsed: 2 * MB, settled: 4 * MB };

interface Result {
  growthMB: { heap: Growth; settled: Growth };
  /** At the end. */
  heapMB: number;
  rssMB: number;
  settledMB: number;
  /** Median over the second half of each sample's 99th percentile. */
  loopDelayP99Ms: number;
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The first half is the warm-up: code is compiled and pools are filled. */
const secondHalf = (samples: Sample[]): Sample[] => samples.slice(samples.length / 2);

const growthOf = (samples: Sample[], what: "heapUsed" | "settled"): Growth =>
  growth(secondHalf(samples).map(({ requests, [what]: y }) => ({ x: requests, y: y / MB })));

function resultOf(samples: Sample[]): Result {
  const last = samples.at(-1);
  return {
    growthMB: { heap: growthOf(samples, "heapUsed"), settled: growthOf(samples, "settled") },
    heapMB: (last?.heapUsed ?? 0) / MB,
    rssMB: (last?.rss ?? 0) / MB,
    settledMB: (last?.settled ?? 0) / MB,
    loopDelayP99Ms: median(secondHalf(samples).map(({ delayMs }) => delayMs)),
  };
}

const interval = ({ estimate, lower, upper }: Growth): string =>
  `${estimate > 0 ? "+" : ""}${estimate.toFixed(2)} [${lower.toFixed(2)}, ${upper.toFixed(2)}] MB`;

const line = (name: string, result: Result): string => {
  const { growthMB, heapMB, rssMB, settledMB, loopDelayP99Ms } = result;
  return [
    name,
    `heap ${heapMB.toFixed(1)} MB, over the second half ${interval(growthMB.heap)}`,
    `resident ${rssMB.toFixed(1)} MB, without the young generation ${settledMB.toFixed(1)} MB, over the second half ${interval(growthMB.settled)}`,
    `event loop p99 ${loopDelayP99Ms.toFixed(2)} ms late`,
  ].join("; ");
};

/** Takes everything, and counts it: an agent that sends nothing would be flat, too. */
async function openSink() {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on("data", (chunk: Buffer) => (bytes += chunk.length));
    request.on("end", () => response.end());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { endpoint, bytes: () => bytes, close: () => server.close().closeAllConnections() };
}

/** With the intervals of a real deployment, and without the governor, which would leave most of it out. */
const CONFIG = { flushIntervalMs: 5000, metricIntervalMs: 10_000, budgetPercent: 0 };

async function compare(requests: number) {
  const sink = await openSink();
  const workshop = await Workshop.open();
  const row = { fault: "", moment: "load", config: CONFIG } as const;
  try {
    const plain = resultOf(await soak(requests, undefined));
    console.log(line("plain", plain));
    const lean = resultOf(await soak(requests, await workshop.agent(row, sink.endpoint)));
    console.log(line("with agent", lean));
    return { requests, plain, lean, bytesPerRequest: sink.bytes() / requests };
  } finally {
    await workshop.close();
    sink.close();
  }
}

const { values } = parseArgs({
  options: { requests: { type: "string", default: "1000000" }, json: { type: "string" } },
});
const requests = Number(values.requests);
if (!(requests >= 1000)) throw new Error(`--requests ${values.requests}: at least 1000 are needed`);
const result = await compare(requests);
const { heap, settled } = result.lean.growthMB;
const flat = heap.lower * MB <= LIMITS.heapUsed && settled.lower * MB <= LIMITS.settled;
console.log(
  `${result.bytesPerRequest.toFixed(0)} bytes of telemetry per request arrived; ` +
    `memory is ${flat ? "flat" : "NOT flat"} over ${requests} requests`,
);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(result)}\n`);
process.exitCode = flat && result.bytesPerRequest > 0 ? 0 : 1;
