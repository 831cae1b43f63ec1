/** Traces of the migration's components, from its own Jaeger. */
import { tracesUrl } from "../../operator/backends/endpoints.ts";
import type { Fetch } from "../../operator/measurement/ask.ts";
import { jaeger, type Span, type Trace } from "../../operator/measurement/jaeger.ts";
import type { TraceSummary } from "../facts.ts";
import type { Subject } from "./subject.ts";

export interface Doors {
  fetch: Fetch;
  now: () => Date;
}

const HOUR = 3600;
/** What is younger may still be on its way, in part: agents send every few seconds. */
const SETTLED_SECONDS = 15;

export const isError = ({ tags }: Span): boolean =>
  tags["error"] === "true" || tags["otel.status_code"] === "ERROR";

const startOf = ({ spans }: Trace): number =>
  Math.min(...spans.map(({ startMicros }) => startMicros));

const endOf = ({ spans }: Trace): number =>
  Math.max(...spans.map(({ startMicros, durationMicros }) => startMicros + durationMicros));

const summaryOf = (trace: Trace): TraceSummary => {
  const spans = trace.spans.toSorted((a, b) => a.startMicros - b.startMicros);
  const root = spans.find(({ parentId }) => parentId === undefined) ?? spans[0];
  return {
    traceId: trace.traceId,
    name: root?.name ?? "",
    services: [...new Set(spans.map(({ service }) => service))],
    spans: spans.length,
    errors: spans.filter(isError).length,
    startMicros: startOf(trace),
    durationMicros: endOf(trace) - startOf(trace),
  };
};

/** The latest ones of one service; those that crossed most services first. */
export const recentTraces = async (
  { subject, service }: { subject: Subject; service: string },
  { fetch, now }: Doors,
): Promise<TraceSummary[]> => {
  const to = now().getTime() / 1000 - SETTLED_SECONDS;
  const search = { service, limit: 20, from: to - HOUR, to };
  const found = await jaeger(tracesUrl(subject), fetch).search(search);
  return found
    .filter(({ spans }) => spans.length > 0)
    .map(summaryOf)
    .toSorted((a, b) => b.services.length - a.services.length || b.startMicros - a.startMicros);
};

export const oneTrace = async (
  { subject, traceId }: { subject: Subject; traceId: string },
  { fetch }: Doors,
): Promise<Trace | undefined> =>
  /^[0-9a-f]{1,32}$/.test(traceId) ? jaeger(tracesUrl(subject), fetch).trace(traceId) : undefined;
