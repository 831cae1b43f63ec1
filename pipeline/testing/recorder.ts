/** A monitor that remembers what it was told. */
import { type Gauge, type Monitor, type Sample, silentMonitor } from "../telemetry/monitor.ts";

type Event = Exclude<keyof Monitor, "gauge">;

export interface Recorder {
  monitor: Monitor;
  told: (event: Event) => unknown[];
  read: (gauge: Gauge) => Sample[];
}

export const recorder = (): Recorder => {
  const events: { event: string; what: unknown }[] = [];
  const gauges = new Map<Gauge, () => Sample[]>();
  const names = Object.keys(silentMonitor).filter((name) => name !== "gauge");
  const listeners = names.map((event) => [event, (what: unknown) => events.push({ event, what })]);
  const gauge = (name: Gauge, read: () => Sample[]) => gauges.set(name, read);
  return {
    monitor: { ...Object.fromEntries(listeners), gauge },
    told: (wanted) => events.filter(({ event }) => event === wanted).map(({ what }) => what),
    read: (name) => gauges.get(name)?.() ?? [],
  };
};
