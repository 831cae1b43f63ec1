/** The context of the current span as headers of an outgoing call. */
import { HIDDEN } from "../core/ids.ts";
import type { Call } from "./outgoing.ts";
import type { Scope } from "../core/span.ts";
import { traceparent } from "../core/traceparent.ts";

/** Empty where there is nothing to say. */
export function traceHeader(scope: Scope, { parent, low }: Call): string {
  const { span } = scope;
  if (span === null || (span.flags & HIDDEN) !== 0) return "";
  return traceparent(span, parent === null ? span.s1 : low);
}
