/** The context of the current span as headers of an outgoing call. */
import { HIDDEN } from "../core/ids.ts";
import type { Call } from "./outgoing.ts";
import { traceparent } from "../core/traceparent.ts";

/** Empty where there is nothing to say. */
export function traceHeader({
  scope,
  root,
  parent,
  low,
}: Pick<Call, "scope" | "root" | "parent" | "low">): string {
  const span = root ?? scope?.span ?? null;
  if (span === null || (span.flags & HIDDEN) !== 0) return "";
  return traceparent(span, parent === null ? span.s1 : low);
}
