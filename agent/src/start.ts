/** Puts the parts together: core, exporter, instrumentations, API. */
import { exportLogs } from "./api/logger.ts";
import { registerApi, unregisterApi } from "./api/register.ts";
import { allowBaggage } from "./core/bag.ts";
import { now } from "./core/clock.ts";
import { drawn } from "./core/ids.ts";
import { whenFull } from "./core/ring.ts";
import { keepWorst, sample } from "./core/sampling.ts";
import { stepBack } from "./core/switch.ts";
import { after, every, guarded, stop } from "./core/timers.ts";
import { chargeWhole } from "./core/timing.ts";
import { watchExit } from "./exit.ts";
import { parseAddress } from "./export/address.ts";
import { Connection } from "./export/connection.ts";
import { createExporter } from "./export/exporter.ts";
import { outletOf } from "./export/outlet.ts";
import { govern } from "./governor/watch.ts";
import { listen } from "./instrument/channels.ts";
import { patchConsole } from "./instrument/console.ts";
import { watchModules } from "./instrument/modules.ts";
import { takeRecords } from "./logs/records.ts";
import { reportSelf } from "./metrics/own.ts";
import { meters } from "./metrics/registry.ts";
import { reportRuntime } from "./metrics/runtime.ts";
import type { Settings } from "./settings.ts";
import { startTrial } from "./trial.ts";

/** How often a process that has just started is looked at: one that is short and did something needs a connection when it ends. */
const EARLY_MS = 20;
const CONNECTED_MS = 1000;

export function start(settings: Settings, say: (message: string) => void): void {
  const address = parseAddress(settings.endpoint, settings.headers);
  if (address === undefined) throw new Error(`no http(s) endpoint: ${settings.endpoint}`);
  const connection = new Connection(address);
  const send = sendersOf(connection, settings);
  const { signals } = settings;

  allowBaggage(settings.baggage);
  sample(settings.sampleRatio, signals.spans);
  // A trial counts what arrives, and expects spans of sampled items only.
  if (settings.profile === "sampled" && settings.trialToken === "") keepWorst(settings.slowMs);
  // In a trial nothing leaves by itself: the flush is asked for, and measured.
  startTrial(settings.trialToken, () => {
    send.events();
    send.metricsInTurn();
  });
  // First of what can fail: without timers nothing else may start.
  if (settings.trialToken === "") {
    if (Object.values(settings.exporters).some(({ otlp }) => otlp)) connectSoon(connection);
    every(settings.flushIntervalMs, send.events);
    every(settings.metricIntervalMs, send.metrics);
  }
  govern(settings.governor);
  exportLogs(signals.logs);
  reportSelf();
  if (signals.metrics) reportRuntime();
  whenFull(guarded(send.spans));
  const yieldTo = (rival: string): void => {
    stepBack();
    say(`inert from now on: OtherInstrumentation: the application ${rival}`);
  };
  watchModules((tracer) => {
    unregisterApi();
    yieldTo(`loads ${tracer}`);
  });
  listen();
  patchConsole();
  registerApi((type) => yieldTo(`registers its own ${type} with the API`));
  watchExit({
    soon: send.all,
    now: () => {
      send.all();
      connection.pushAll();
    },
  });
}

interface Senders {
  spans: () => void;
  /** Spans and log records. */
  events: () => void;
  metrics: () => void;
  metricsInTurn: () => void;
  all: () => void;
}

function sendersOf(
  connection: Connection,
  { resource, signals, exporters, metricIntervalMs }: Settings,
): Senders {
  const exporter = createExporter(outletOf(connection, exporters), resource);
  const metrics = (): void => {
    if (signals.metrics) chargeWhole(() => exporter.metrics(meters.collect()));
  };
  const events = (): void => {
    exporter.spans();
    chargeWhole(() => exporter.logs(takeRecords()));
  };
  const all = (): void => {
    events();
    metrics();
  };
  const metricsInTurn = atMostEvery(metricIntervalMs, metrics);
  return { spans: exporter.spans, events, metrics, metricsInTurn, all };
}

/** Numbers leave by the clock, however much is done meanwhile: in a trial too, or its busy flushes would overstate their cost. */
function atMostEvery(ms: number, work: () => void): () => void {
  let due = 0;
  return () => {
    if (now() < due) return;
    due = now() + ms;
    work();
  };
}

/** As soon as something has begun, and in any case after a second. */
function connectSoon(connection: Connection): void {
  const before = drawn();
  const open = (): void => {
    stop(look);
    connection.open();
  };
  const look = every(EARLY_MS, () => {
    if (drawn() !== before) open();
  });
  after(CONNECTED_MS, open);
}
