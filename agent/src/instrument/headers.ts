/** The context of the current span as headers of an outgoing call. */
import { HIDDEN } from "../core/ids.ts";
import type { Scope } from "../core/span.ts";
import { traceparent } from "../core/traceparent.ts";

/** `low`: the low id word of the span that makes the call. */
export function traceHeader(scope: Scope | undefined, low: number): string {
  const span = scope?.span;
  if (span === null || span === undefined || (span.flags & HIDDEN) !== 0) return "";
  return traceparent(span, low);
}
