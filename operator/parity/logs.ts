/** The gate of the logs: what a component writes inside a request carries the id of a trace that exists. */
import { tracesUrl } from "../backends/endpoints.ts";
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import type { Fetch } from "../measurement/ask.ts";
import { type Jaeger, jaeger } from "../measurement/jaeger.ts";
import type { ComponentWorld, Gate, World } from "../migration/types.ts";
import { podsOfWorkload } from "../rollout/pods.ts";
import type { Neighbours } from "../rollout/state.ts";
import { traced } from "../quality/traces.ts";

const TAIL_LINES = 500;
/** The trace of a younger record may still be on its way. */
const LATENESS_SECONDS = 15;
const LOOKED_UP = 5;
/** A trace may be gone from a store that keeps only the latest. */
const SHARE_FOUND = 0.8;

export interface Doors {
  cluster: Cluster;
  fetch: Fetch;
  inventory: Neighbours;
}

/** LogsCorrelated | LogsUncorrelated | NoTracesExpected */
export const correlateLogs = async (world: World, doors: Doors): Promise<Gate> => {
  const names = traced(world);
  const components = world.components.filter(({ spec }) => names.includes(spec.name));
  if (components.length === 0)
    return { passed: true, reason: "NoTracesExpected", message: "no profile records traces" };
  const door = jaeger(tracesUrl(world.migration), doors.fetch);
  const all = await Promise.all(
    components.map((component) => correlate(component, { world, door, doors })),
  );
  const troubles = all.flatMap(({ trouble }) => trouble ?? []);
  return troubles.length > 0
    ? { passed: false, reason: "LogsUncorrelated", message: troubles.join("; ") }
    : {
        passed: true,
        reason: "LogsCorrelated",
        message: all.map(({ summary }) => summary).join("; "),
      };
};

export interface Correlation {
  trouble?: string;
  summary: string;
}

interface Setting {
  world: World;
  door: Jaeger;
  doors: Doors;
}

const correlate = async (
  { spec, deployment }: ComponentWorld,
  { world, door, doors }: Setting,
): Promise<Correlation> => {
  const pods = podsOfWorkload(deployment, doors.inventory);
  const container = spec.target.container;
  const texts = await Promise.all(pods.map((pod) => logOf(pod, container, doors.cluster)));
  const before = world.now.getTime() - LATENESS_SECONDS * 1000;
  const records = recordsIn(texts.join("\n"), before);
  const ids = [...new Set(records.flatMap(({ traceId }) => traceId ?? []))];
  // Records of unsampled requests carry ids as well, of traces that nobody stores.
  const sampled = world.migration.status.components.some(
    ({ name, profile }) => name === spec.name && profile === "Sampled",
  );
  const looked = sampled ? [] : ids.slice(-LOOKED_UP);
  const known = await Promise.all(looked.map((id) => door.trace(id)));
  const found = known.filter((trace) => trace !== undefined).length;
  return correlation(spec.name, records, { looked: looked.length, found });
};

const logOf = async (
  { metadata, spec }: Manifest,
  container: string | undefined,
  cluster: Cluster,
): Promise<string> => {
  const [first] = (spec as { containers?: { name: string }[] } | undefined)?.containers ?? [];
  const text = await cluster.logs({
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    container: container ?? first?.name ?? "",
    tailLines: TAIL_LINES,
  });
  return text ?? "";
};

export interface LogRecord {
  traceId: string | undefined;
  /** Its text: records of one statement of the program have the same. */
  statement: string;
}

const TRACE_ID = /^[0-9a-f]{32}$/;

/** JSON records of a log that were written before a moment. Pure. */
export const recordsIn = (text: string, before: number): LogRecord[] =>
  text.split("\n").flatMap((line) => {
    const record = parse(line);
    if (!record) return [];
    const written = timeOf(record);
    if (written !== undefined && written > before) return [];
    const id = record["trace_id"] ?? record["traceId"];
    const traceId = typeof id === "string" && TRACE_ID.test(id) ? id : undefined;
    return [{ traceId, statement: textOf(record) }];
  });

const parse = (line: string): Record<string, unknown> | undefined => {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
};

const textOf = ({ msg, message }: Record<string, unknown>): string => {
  const text = msg ?? message;
  return typeof text === "string" ? text : "";
};

/** Pino writes a number or a text, others `timestamp`. */
const timeOf = (record: Record<string, unknown>): number | undefined => {
  const time = record["time"] ?? record["timestamp"];
  if (typeof time === "number") return time;
  const parsed = typeof time === "string" ? Date.parse(time) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
};

/**
 * Records that lack an id although others of their statement have one: inside a request as well, so an agent that marks only
 * what is sampled. A statement that never has one is outside of requests, as at start-up. Pure.
 */
export const unmarked = (records: LogRecord[]): { missing: number; of: number } => {
  const inside = new Set(records.flatMap((it) => (it.traceId ? it.statement : [])));
  const expected = records.filter(({ statement }) => inside.has(statement));
  return { missing: expected.filter(({ traceId }) => !traceId).length, of: expected.length };
};

/** Some statements are used inside and outside of requests. */
const MOST_MISSING = 0.2;

/** Pure. `looked`, `found`: trace ids that were looked up in the store of traces. */
export const correlation = (
  name: string,
  records: LogRecord[],
  { looked, found }: { looked: number; found: number },
): Correlation => {
  const lines = records.length;
  const marked = records.filter(({ traceId }) => traceId).length;
  const summary = `${name}: ${marked} of ${lines} records with a trace id, ${found} of ${looked} looked up and found`;
  if (lines === 0) return { summary: `${name} writes no JSON records` };
  if (marked === 0)
    return { summary, trouble: `none of ${lines} records of ${name} has a trace id` };
  const { missing, of } = unmarked(records);
  if (missing > of * MOST_MISSING) {
    const trouble = `${missing} of ${of} records of ${name} lack the trace id that others of the same text have: of requests that are not sampled?`;
    return { summary, trouble };
  }
  if (found < looked * SHARE_FOUND)
    return { summary, trouble: `${name}: only ${found} of ${looked} trace ids in its log exist` };
  return { summary };
};
