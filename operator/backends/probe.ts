/** Does what goes in come out? Sends the test signals and looks for each of them where its kind ends. */
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import { ask, type Fetch } from "../measurement/ask.ts";
import { jaeger } from "../measurement/jaeger.ts";
import { prometheus } from "../measurement/prometheus.ts";
import type { Gate, Migration } from "../migration/types.ts";
import { collectorUrl, managedCollectors, metricsUrl, tracesUrl } from "./endpoints.ts";
import { podsOf } from "./pods.ts";
import { PROBE_METRIC, requestsFor, type Signals, signalsFor } from "./signals.ts";

export interface Places {
  collector: string;
  traces: string;
  metrics: string;
  /** What the collector wrote; undefined when its log is out of reach (it is not ours). */
  collectorLog: () => Promise<string | undefined>;
}

interface Outcome {
  /** What could not even be sent or asked, as a sentence. */
  trouble: string | undefined;
  found: boolean;
}

export type Found = Record<"trace" | "metric" | "log", Outcome>;

interface Doors {
  fetch: Fetch;
  now: () => Date;
}

/** Sent at every look: a collector that was not up at the first one gets them at the next. */
const sendSignals = async (
  collector: string,
  signals: Signals,
  { fetch, now }: Doors,
): Promise<void> => {
  for (const { path, body } of requestsFor(signals, now())) {
    const url = `${collector}${path}`;
    await ask({ who: "the collector", url, json: body, deadlineMs: 5000 }, fetch);
  }
};

const outcome = async (look: () => Promise<boolean>): Promise<Outcome> => {
  try {
    return { found: await look(), trouble: undefined };
  } catch (error) {
    return { found: false, trouble: error instanceof Error ? error.message : String(error) };
  }
};

export const findSignals = async (
  places: Omit<Places, "collector">,
  { traceId, mark }: Signals,
  fetch: Fetch,
): Promise<Found> => {
  const [trace, metric, log] = await Promise.all([
    outcome(async () => (await jaeger(places.traces, fetch).trace(traceId)) !== undefined),
    outcome(async () => {
      const samples = await prometheus(places.metrics, fetch).query(
        `${PROBE_METRIC}{probe="${mark}"}`,
      );
      return samples.length > 0;
    }),
    outcome(async () => {
      const text = await places.collectorLog();
      // The collector of somebody else: nobody can look into it, and no log store is named.
      return text === undefined || text.includes(mark);
    }),
  ]);
  return { trace, metric, log };
};

/** SignalsFound | SignalsMissing | CollectorUnreachable */
export const probe = async (places: Places, seed: string, doors: Doors): Promise<Gate> => {
  const signals = signalsFor(seed);
  try {
    await sendSignals(places.collector, signals, doors);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { passed: false, reason: "CollectorUnreachable", message };
  }
  return judge(await findSignals(places, signals, doors.fetch), signals);
};

const WHERE = {
  trace: "the trace in Jaeger",
  metric: "the metric in Prometheus",
  log: "the log record in the collector's output",
} as const;

const judge = (found: Found, { traceId }: Signals): Gate => {
  const missing = (Object.keys(WHERE) as (keyof Found)[])
    .filter((kind) => !found[kind].found)
    .map((kind) => `${WHERE[kind]}${found[kind].trouble ? ` (${found[kind].trouble})` : ""}`);
  if (missing.length > 0) {
    const message = `the test signals were sent; not found yet: ${missing.join(", ")}`;
    return { passed: false, reason: "SignalsMissing", message };
  }
  const message = `found test trace ${traceId}, its metric and its log record (no log store is configured: the collector's output was read)`;
  return { passed: true, reason: "SignalsFound", message };
};

/** The last lines are enough: the record was sent a moment ago. */
const TAIL_LINES = 2000;

const logOf = async (migration: Migration, pods: Manifest[], cluster: Cluster): Promise<string> => {
  const texts = await Promise.all(
    managedCollectors(migration).flatMap((container) =>
      podsOf(migration, pods, container).map(({ metadata: { name } }) => {
        const { namespace } = migration.metadata;
        return cluster.logs({ namespace, name, container, tailLines: TAIL_LINES });
      }),
    ),
  );
  return texts.join("\n");
};

/** The test signals of a migration, sent and looked for. */
export const sendAndFind = (
  migration: Migration,
  doors: Doors & { cluster: Cluster; inventory: { pods: Manifest[] } },
): Promise<Gate> => {
  const places: Places = {
    collector: collectorUrl(migration),
    traces: tracesUrl(migration),
    metrics: metricsUrl(migration),
    collectorLog: async () =>
      migration.spec.backends.collector.externalEndpoint
        ? undefined
        : logOf(migration, doors.inventory.pods, doors.cluster),
  };
  return probe(places, migration.metadata.uid, doors);
};
