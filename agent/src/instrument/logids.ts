/** The ids of the current span for a log line, made once per span; of an unsampled one too, since its trace may be recorded elsewhere. */
import { current } from "../core/context.ts";
import type { Span } from "../core/span.ts";
import { muted } from "../core/switch.ts";
import { traceparent } from "../core/traceparent.ts";

export interface LogIds {
  trace_id: string;
  span_id: string;
  trace_flags: string;
}

/** The span of which a line written now should tell. */
export function spanOfLine(): Span | null {
  return muted ? null : (current()?.span ?? null);
}

/** `,"trace_id":"...","span_id":"...","trace_flags":"..."`, to stand inside a JSON object that has members already. */
export const jsonIds = (span: Span): string => (span.log === "" ? write(span) : span.log);

function write(span: Span): string {
  const { trace_id, span_id, trace_flags } = logIds(span);
  span.log = `,"trace_id":"${trace_id}","span_id":"${span_id}","trace_flags":"${trace_flags}"`;
  return span.log;
}

export function logIds(span: Span): LogIds {
  const header = traceparent(span, span.s1);
  return {
    trace_id: header.slice(3, 35),
    span_id: header.slice(36, 52),
    trace_flags: header.slice(53),
  };
}
