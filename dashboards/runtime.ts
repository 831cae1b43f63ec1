/** The dashboard of Node: event loop, heap, garbage collection, processor; old side prom-client's default metrics, new side the agent. */
import { agentName } from "./names.ts";
import { type Board, one, type Query } from "./panels.ts";

const WINDOW = "1m";

/** The services that a migration moves; the old monitoring scrapes others too, and sums would differ. */
const moved = 'job=~"ingest-api|llm-gateway|worker"';

/** Labels have the names of the new side in both. */
const renamed = (
  vector: string,
  { from, to, pattern = "(.+)" }: { from: string; to: string; pattern?: string },
): string => `label_replace(${vector}, "${to}", "$1", "${from}", "${pattern}")`;

const old = (series: string): string => `${series}{${moved}}`;
const rate = (selector: string): string => `rate(${selector}[${WINDOW}])`;

const SERVICE = "service_name";
const ofService = (vector: string): string => renamed(vector, { from: "job", to: SERVICE });

/** Of one process, on average: OTLP does not say that a process has ended, so that sums would count it for five minutes more. */
const perProcess = (legacy: string, otel: string): Query => ({
  legacy: `avg by (${SERVICE}) (${ofService(legacy)})`,
  otel: `avg by (${SERVICE}) (${otel})`,
});

const inProcess = (series: string): string =>
  `sum by (${SERVICE}, service_instance_id) (${series})`;

const collections = agentName("v8js.gc.duration");

const byType = (legacy: string, otel: string): Query => ({
  legacy: `sum by (type) (${renamed(rate(old(legacy)), { from: "kind", to: "type" })})`,
  otel: `sum by (type) (${renamed(rate(otel), { from: "v8js_gc_type", to: "type" })})`,
});

const cpu: Query = {
  legacy: `sum by (${SERVICE}) (${ofService(rate(old("process_cpu_seconds_total")))})`,
  otel: `sum by (${SERVICE}) (${rate(agentName("process.cpu.time"))})`,
};

const heapSpaces: Query = {
  legacy: `avg by (space) (${old("nodejs_heap_space_size_used_bytes")})`,
  otel: `avg by (space) (${renamed(agentName("v8js.memory.heap.used"), { from: "v8js_heap_space_name", to: "space", pattern: "(.+)_space" })})`,
};

/** Of the processes of a service the one that is worst off. */
const worst = (vector: string): string => `max by (${SERVICE}) (${vector})`;

const service = `{{${SERVICE}}}`;

export const runtime: Board = {
  name: "runtime",
  title: "Node runtime",
  rows: [
    {
      title: "Event loop",
      panels: [
        // Both measure how late a timer is, its interval included: 10 ms there, 20 ms here.
        one("Event loop delay, p99 (timer of 10 ms)", "s", {
          query: { legacy: worst(ofService(old("nodejs_eventloop_lag_p99_seconds"))) },
          legend: service,
        }),
        one("Event loop delay, p99 (timer of 20 ms)", "s", {
          query: { otel: worst(agentName("nodejs.eventloop.delay.p99")) },
          legend: service,
        }),
        one("Event loop in use", "percentunit", {
          query: { otel: worst(agentName("nodejs.eventloop.utilization")) },
          legend: service,
        }),
      ],
    },
    {
      title: "Processor and memory",
      panels: [
        one("Processor time (1 is a core)", "short", { query: cpu, legend: service }),
        one("Resident memory of a process", "bytes", {
          query: perProcess(
            old("process_resident_memory_bytes"),
            agentName("process.memory.usage"),
          ),
          legend: service,
        }),
        one("Heap in use of a process", "bytes", {
          query: perProcess(
            old("nodejs_heap_size_used_bytes"),
            inProcess(agentName("v8js.memory.heap.used")),
          ),
          legend: service,
        }),
        one("Heap in use by space", "bytes", { query: heapSpaces, legend: "{{space}}" }),
      ],
    },
    {
      title: "Garbage collection",
      panels: [
        one("Time in collections (1 is a core)", "short", {
          query: byType("nodejs_gc_duration_seconds_sum", `${collections}_sum`),
          legend: "{{type}}",
        }),
        one("Collections per second", "ops", {
          query: byType("nodejs_gc_duration_seconds_count", `${collections}_count`),
          legend: "{{type}}",
        }),
      ],
    },
  ],
};
