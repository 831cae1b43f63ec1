/** What the operator says to Prometheus, about itself and about migrations. Names are public: they change only by addition. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { type States, tellStates } from "./states.ts";

export interface Metrics {
  text: () => Promise<{ contentType: string; body: string }>;
  look: (outcome: string, seconds: number) => void;
  watchReplaced: (kind: string) => void;
  call: (call: { method: string; status: number; seconds: number }) => void;
  admission: (outcome: string) => void;
  unhandled: () => void;
  migration: States["tell"];
  /** Read at every scrape. */
  gauge: (name: "leader" | "waiting", read: () => number) => void;
}

const GAUGES = {
  leader: "1 while this replica leads",
  waiting: "Migrations that wait for a look or are being looked at",
};

export const openMetrics = (): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const looks = new Histogram({
    name: "flashcard_otel_look_seconds",
    help: "Looks at a migration by outcome: looked, gone, stale, failed",
    labelNames: ["outcome"],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers,
  });
  const calls = new Histogram({
    name: "flashcard_otel_api_call_seconds",
    help: "Calls to the API server by method and status; 0 is no answer",
    labelNames: ["method", "status"],
    buckets: [0.01, 0.05, 0.25, 1, 5, 15],
    registers,
  });
  const count = (name: string, help: string, label?: string) =>
    new Counter({
      name: `flashcard_otel_${name}_total`,
      help,
      labelNames: label ? [label] : [],
      registers,
    });
  const replaced = count("watches_replaced", "Watches that failed and were opened again", "kind");
  const admissions = count("admissions", "Pods seen by the webhook by outcome", "outcome");
  const unhandled = count("unhandled_rejections", "Errors that nobody caught: always a bug");
  return {
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
    look: (outcome, seconds) => looks.observe({ outcome }, seconds),
    watchReplaced: (kind) => replaced.inc({ kind }),
    call: ({ method, status, seconds }) =>
      calls.observe({ method, status: String(status) }, seconds),
    admission: (outcome) => admissions.inc({ outcome }),
    unhandled: () => unhandled.inc(),
    migration: tellStates(registry).tell,
    gauge: (name, read) => {
      const collect = function (this: Gauge): void {
        this.set(read());
      };
      registry.registerMetric(
        new Gauge({ name: `flashcard_otel_${name}`, help: GAUGES[name], registers: [], collect }),
      );
    },
  };
};
