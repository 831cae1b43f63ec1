/** What each vendor's body holds: the trace of every span in it, 32 hex digits, once per span. Throws for what cannot be read. */
import { createRequire } from "node:module";
import { metricPoints, spanTraces } from "../../../loadtest/otlp.ts";

export interface Content {
  traces: string[];
  metricPoints: number;
}

const NOTHING: Content = { traces: [], metricPoints: 0 };

/** How the body of a request to that path is read; `undefined` where nothing of ours can be in it. */
export const readerOf = (
  path: string,
  installed: string,
): ((body: Buffer) => Content) | undefined =>
  readers(installed).find(([known]) => known.test(path))?.[1];

const readers = (installed: string): [RegExp, (body: Buffer) => Content][] => [
  [/^\/v1\/traces$/, (body) => ({ ...NOTHING, traces: spanTraces(body) })],
  [/^\/v1\/metrics$/, (body) => ({ ...NOTHING, metricPoints: metricPoints(body) })],
  [/^\/v0\.4\/traces$/, (body) => ({ ...NOTHING, traces: datadog(decoder(installed)(body)) })],
  [/^\/intake\/v2\/events$/, (body) => ({ ...NOTHING, traces: elastic(body.toString()) })],
  [/^\/api\/1\/envelope\/$/, (body) => ({ ...NOTHING, traces: sentry(body.toString()) })],
];

interface MessagePack {
  decode: (body: Uint8Array, options: { useBigInt64: boolean }) => unknown;
}

/** Installed with the peers: nobody else needs it. */
const decoder = (installed: string): ((body: Uint8Array) => unknown) => {
  const require = createRequire(`${installed}/`);
  const { decode } = require("@msgpack/msgpack") as MessagePack;
  return (body) => decode(body, { useBigInt64: true });
};

interface DatadogSpan {
  trace_id: bigint | number;
  meta?: Record<string, string>;
}

const hex16 = (id: bigint | number): string => id.toString(16).padStart(16, "0");

/** Lists of spans, one for each part of a trace; the upper half of its id stands on one of its spans. */
export const datadog = (payload: unknown): string[] =>
  (payload as DatadogSpan[][]).flatMap((spans) => {
    const upper = spans.find(({ meta }) => meta?.["_dd.p.tid"] !== undefined)?.meta?.["_dd.p.tid"];
    return spans.map(({ trace_id: lower }) => `${upper ?? hex16(0)}${hex16(lower)}`);
  });

interface ElasticEvent {
  transaction?: { trace_id: string };
  span?: { trace_id: string };
}

const jsonLines = (text: string): unknown[] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);

/** An event on each line. A span that stands for several equal ones counts once: that is what was sent. */
export const elastic = (text: string): string[] =>
  (jsonLines(text) as ElasticEvent[]).flatMap(({ transaction, span }) => {
    const { trace_id: trace } = transaction ?? span ?? {};
    return trace === undefined ? [] : [trace];
  });

interface SentryPayload {
  items?: { trace_id?: string; span_id?: string }[];
}

/** Lines of JSON: headers, and lists of spans among other items. */
export const sentry = (text: string): string[] =>
  (jsonLines(text) as SentryPayload[]).flatMap(({ items = [] }) =>
    items.flatMap(({ trace_id: trace, span_id: span }) =>
      trace === undefined || span === undefined ? [] : [trace],
    ),
  );
