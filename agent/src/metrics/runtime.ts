/**
 * Numbers of Node itself: event loop, garbage collection, heap, processor. Asked for when numbers leave and never in between; only
 * the event-loop delay is sampled, by libuv, without a line of JavaScript.
 */
import {
  monitorEventLoopDelay,
  performance,
  PerformanceObserver,
  constants,
} from "node:perf_hooks";
import v8 from "node:v8";
import type { Instrument, Kind } from "./instrument.ts";
import { OWN_SCOPE, seconds } from "./own.ts";
import { meters } from "./registry.ts";

const observed = (name: string, kind: Kind, unit: string): Instrument =>
  meters.instrument(OWN_SCOPE, { name, kind, unit, observed: true });

const DELAY_RESOLUTION_MS = 20;
const NANOS = 1e9;
const MICROS = 1e6;

type Read = () => void;

export function reportRuntime(): void {
  const reads = [eventLoopDelay(), eventLoopTime(), heap(), processor(), memory()];
  observeGarbageCollection();
  meters.observe(() => {
    for (const read of reads) read();
  });
}

type Delays = ReturnType<typeof monitorEventLoopDelay>;

const DELAYS: readonly [name: string, read: (histogram: Delays) => number][] = [
  ["nodejs.eventloop.delay.min", ({ min }) => min],
  ["nodejs.eventloop.delay.max", ({ max }) => max],
  ["nodejs.eventloop.delay.mean", ({ mean }) => mean],
  ["nodejs.eventloop.delay.stddev", ({ stddev }) => stddev],
  ["nodejs.eventloop.delay.p50", (histogram) => histogram.percentile(50)],
  ["nodejs.eventloop.delay.p90", (histogram) => histogram.percentile(90)],
  ["nodejs.eventloop.delay.p99", (histogram) => histogram.percentile(99)],
];

function eventLoopDelay(): Read {
  const histogram = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  histogram.enable();
  const delays = DELAYS.map(([name, read]) => ({
    series: observed(name, "gauge", "s").series({}),
    read,
  }));
  return () => {
    if (histogram.count === 0) return;
    for (const { series, read } of delays) series.record(read(histogram) / NANOS);
    histogram.reset();
  };
}

function eventLoopTime(): Read {
  const time = observed("nodejs.eventloop.time", "counter", "s");
  const active = time.series({ "nodejs.eventloop.state": "active" });
  const idle = time.series({ "nodejs.eventloop.state": "idle" });
  const utilization = observed("nodejs.eventloop.utilization", "gauge", "1").series({});
  let before = performance.eventLoopUtilization();
  return () => {
    const total = performance.eventLoopUtilization();
    active.record(total.active / 1e3);
    idle.record(total.idle / 1e3);
    utilization.record(performance.eventLoopUtilization(total, before).utilization);
    before = total;
  };
}

const HEAP_SPACES = [
  ["v8js.memory.heap.used", "space_used_size"],
  ["v8js.memory.heap.limit", "space_size"],
  ["v8js.memory.heap.space.available_size", "space_available_size"],
  ["v8js.memory.heap.space.physical_size", "physical_space_size"],
] as const;

function heap(): Read {
  const instruments = HEAP_SPACES.map(([name, key]) => ({
    instrument: observed(name, "upDown", "By"),
    key,
  }));
  return () => {
    for (const space of v8.getHeapSpaceStatistics())
      for (const { instrument, key } of instruments)
        instrument.series({ "v8js.heap.space.name": space.space_name }).record(space[key]);
  };
}

function processor(): Read {
  const time = observed("process.cpu.time", "counter", "s");
  const user = time.series({ "cpu.mode": "user" });
  const system = time.series({ "cpu.mode": "system" });
  return () => {
    const usage = process.cpuUsage();
    user.record(usage.user / MICROS);
    system.record(usage.system / MICROS);
  };
}

function memory(): Read {
  const usage = observed("process.memory.usage", "upDown", "By").series({});
  return () => {
    const bytes = residentBytes();
    if (bytes !== undefined) usage.record(bytes);
  };
}

/** Node reads a file for it, and a process may have no descriptor left. */
function residentBytes(): number | undefined {
  try {
    return process.memoryUsage.rss();
  } catch {
    return undefined;
  }
}

const GC_SECONDS = [0.01, 0.1, 1, 10];
const GC_TYPES = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, "minor"],
  [constants.NODE_PERFORMANCE_GC_MAJOR, "major"],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, "incremental"],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, "weakcb"],
]);

function observeGarbageCollection(): void {
  const durations = seconds("v8js.gc.duration", GC_SECONDS);
  const byKind = new Map(
    [...GC_TYPES].map(([kind, type]) => [kind, durations.series({ "v8js.gc.type": type })]),
  );
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { detail, duration } = entry as unknown as {
        detail?: { kind?: number };
        duration: number;
      };
      byKind.get(detail?.kind ?? 0)?.record(duration / 1e3);
    }
  }).observe({ entryTypes: ["gc"] });
}
