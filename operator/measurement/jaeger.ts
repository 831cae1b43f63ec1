/** The door to Jaeger's query API. */
import { ask, type Fetch } from "./ask.ts";

export interface Span {
  spanId: string;
  name: string;
  service: string;
  /** `k8s.pod.name` of its process; empty when it does not say. */
  pod: string;
  /** Parent within the trace; undefined for a root. */
  parentId: string | undefined;
  /** It points to a span of another trace: how a consumer may name the message's sender. */
  linked: boolean;
  /** Microseconds since the epoch. */
  startMicros: number;
  durationMicros: number;
  tags: Record<string, string>;
}

export interface Trace {
  traceId: string;
  spans: Span[];
}

interface TraceSearch {
  service: string;
  limit: number;
  /** Seconds since the epoch. */
  from: number;
  to: number;
  operation?: string;
}

export interface Jaeger {
  search(search: TraceSearch): Promise<Trace[]>;
  /** Undefined when there is no such trace (yet). */
  trace(traceId: string): Promise<Trace | undefined>;
  /** Names of all spans that a service has in the store. */
  names(service: string): Promise<string[]>;
}

const MICROS = 1_000_000;

export const jaeger = (url: string, fetch: Fetch): Jaeger => {
  const get = async (path: string, accept?: (status: number) => boolean): Promise<unknown> => {
    const question = { who: "Jaeger", url: `${url}/api/${path}`, ...(accept ? { accept } : {}) };
    return ((await ask(question, fetch)) as { data?: unknown } | undefined)?.data;
  };
  return {
    search: async ({ service, limit, from, to, operation }) => {
      const query = new URLSearchParams({
        service,
        limit: String(limit),
        start: String(Math.round(from * MICROS)),
        end: String(Math.round(to * MICROS)),
        ...(operation ? { operation } : {}),
      });
      return tracesOf(await get(`traces?${query.toString()}`));
    },
    trace: async (traceId) =>
      tracesOf(await get(`traces/${traceId}`, (status) => status === 404))[0],
    names: async (service) =>
      ((await get(`services/${encodeURIComponent(service)}/operations`)) as string[] | null) ?? [],
  };
};

interface RawSpan {
  spanID: string;
  operationName: string;
  processID: string;
  startTime: number;
  duration: number;
  references?: { refType: string; traceID: string; spanID: string }[];
  tags?: RawTag[];
}

interface RawTag {
  key: string;
  value: unknown;
}

interface RawTrace {
  traceID: string;
  spans: RawSpan[];
  processes: Record<string, { serviceName: string; tags?: RawTag[] }>;
}

const tracesOf = (data: unknown): Trace[] =>
  ((data as RawTrace[] | null | undefined) ?? []).map((raw) => ({
    traceId: raw.traceID,
    spans: raw.spans.map((span) => spanOf(span, raw)),
  }));

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const spanOf = ({ references = [], ...span }: RawSpan, { traceID, processes }: RawTrace): Span => ({
  spanId: span.spanID,
  name: span.operationName,
  service: processes[span.processID]?.serviceName ?? "",
  pod: textOf(processes[span.processID]?.tags?.find(({ key }) => key === "k8s.pod.name")?.value),
  // A reference into another trace is a link, whatever it is called.
  parentId: references.find((to) => to.refType === "CHILD_OF" && to.traceID === traceID)?.spanID,
  linked: references.some((to) => to.traceID !== traceID),
  startMicros: span.startTime,
  durationMicros: span.duration,
  tags: Object.fromEntries((span.tags ?? []).map(({ key, value }) => [key, String(value)])),
});
