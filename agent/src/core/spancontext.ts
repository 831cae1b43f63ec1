import type { SpanContext } from "@opentelemetry/api";
import { identity, type Identity } from "./ids.ts";
import { parseTraceparent } from "./traceparent.ts";

const HEX = /^[0-9a-f]+$/;

/** Ids of a span made by somebody else, as those of a remote parent; null when they are not valid. */
export function parseSpanContext(context: SpanContext | null): Identity | null {
  if (typeof context !== "object" || context === null) return null;
  const { traceId, spanId, traceFlags } = context;
  if (!HEX.test(traceId) || !HEX.test(spanId)) return null;
  const ids = identity();
  const flags = (traceFlags & 1) === 1 ? "01" : "00";
  return parseTraceparent(`00-${traceId}-${spanId}-${flags}`, ids) ? ids : null;
}
