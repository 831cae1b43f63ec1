/** One scenario under one profile: a fresh process, a fresh sink, and everything that arrived there. */
import { once } from "node:events";
import type { AgentProfile } from "../contract.ts";
import {
  officialMetrics,
  officialSpans,
  type OfficialMetric,
  type OfficialSpan,
} from "../testing/official.ts";
import { agentFolder, config, run, type Running, until } from "../testing/rig.ts";
import { type Sink, startSink } from "../testing/sink.ts";
import type { Case } from "./cases.ts";
import { LAST_SPAN, SCENARIO, type Said } from "./stage.ts";

export interface Recording extends Said {
  /** Port that the telemetry was sent to. */
  sink: number;
  spans: OfficialSpan[];
  metrics: OfficialMetric[];
  stderr: string;
}

export interface Place {
  fullPath: string;
  env: Record<string, string>;
}

export type Profile = Extract<AgentProfile, "full" | "lean">;

/** A full start-up on a busy machine takes seconds. */
const PATIENCE_MS = 60_000;

export async function record(one: Case, profile: Profile, place: Place): Promise<Recording> {
  const { fullPath, env } = place;
  const sink = await startSink();
  const arrivals = new Arrivals(sink);
  const folder = await agentFolder(config({ profile, endpoint: sink.endpoint, fullPath }));
  const running = run(one.program, folder, { ...env, [SCENARIO]: one.scenario });
  try {
    const said = JSON.parse(await inTime(running.ready, one)) as Said;
    running.child.kill("SIGTERM");
    await until(() => arrivals.complete(profile), `the telemetry of ${one.name}`, PATIENCE_MS);
    running.child.kill("SIGINT");
    const { code, signal, err } = await inTime(running.ended, one);
    if (code !== 0) throw new Error(`${one.name} ended with ${code ?? signal}: ${err}`);
    await until(sink.quiet, "the sink", PATIENCE_MS);
    return { ...said, stderr: err, sink: sink.port, ...arrivals.all() };
  } finally {
    await gone(running);
    await sink.close();
    await folder.remove();
  }
}

async function inTime<T>(work: Promise<T>, { name }: Case): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`${name} has not come to its end within ${PATIENCE_MS} ms`)),
    PATIENCE_MS,
  );
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

async function gone({ child }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "close");
}

/** Decoded as they come. */
class Arrivals {
  private readonly spans: OfficialSpan[] = [];
  /** Cumulative: the newest value of a metric is the whole of it. */
  private readonly metrics = new Map<string, OfficialMetric>();
  private last = false;
  private metricsAfterLast = false;

  constructor(sink: Sink) {
    sink.received = (path, body) => {
      if (path === "/v1/traces") this.addSpans(officialSpans(body));
      else if (path === "/v1/metrics") this.addMetrics(officialMetrics(body));
    };
  }

  private addSpans(spans: OfficialSpan[]): void {
    this.last ||= spans.some(({ name }) => name === LAST_SPAN);
    this.spans.push(...spans.filter(({ name }) => name !== LAST_SPAN));
  }

  private addMetrics(metrics: OfficialMetric[]): void {
    this.metricsAfterLast ||= this.last;
    for (const metric of metrics)
      this.metrics.set(`${metric.scope.name} ${metric.name} ${metric.kind}`, metric);
  }

  /** The SDK keeps its process alive until all is sent; lean keeps to one connection, in order. */
  complete(profile: Profile): boolean {
    return this.last && (profile === "full" || this.metricsAfterLast);
  }

  all(): Pick<Recording, "spans" | "metrics"> {
    return { spans: this.spans, metrics: [...this.metrics.values()] };
  }
}
