/** W3C trace context and baggage for carriers the application moves itself: queue messages, mostly. */
import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from "@opentelemetry/api";
import { bagFromHeader } from "../core/bag.ts";
import { scopeOf } from "../core/context.ts";
import { HIDDEN, identity } from "../core/ids.ts";
import { adopted, BAGGAGE_KEY, SPAN_KEY, type Span } from "../core/span.ts";
import { muted, silent } from "../core/switch.ts";
import { parseTraceparent, traceparent } from "../core/traceparent.ts";
import { validState } from "../core/tracestate.ts";

const ids = identity();
const ASCII = /^[ -~]+$/;

function inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
  if (muted) return;
  const { span, bag } = scopeOf(context);
  if (bag !== null && bag.header !== "") setter.set(carrier, "baggage", bag.header);
  if (span === null || (span.flags & HIDDEN) !== 0) return;
  setter.set(carrier, "traceparent", traceparent(span, span.s1));
  if (span.state !== "") setter.set(carrier, "tracestate", span.state);
}

/** A carrier may give one value or a list; headers of HTTP frameworks do. */
const first = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

function remote(carrier: unknown, getter: TextMapGetter): Span | null {
  const header = first(getter.get(carrier, "traceparent"));
  if (typeof header !== "string" || !ASCII.test(header)) return null;
  if (!parseTraceparent(header.trim(), ids)) return null;
  const span = adopted(ids, null);
  span.state = validState(first(getter.get(carrier, "tracestate")));
  return span;
}

function extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
  if (silent) return context;
  const span = remote(carrier, getter);
  const bag = bagFromHeader(first(getter.get(carrier, "baggage")));
  const withSpan = span === null ? context : context.setValue(SPAN_KEY, span);
  return bag === null ? withSpan : withSpan.setValue(BAGGAGE_KEY, bag.api);
}

export const propagator: TextMapPropagator = {
  inject,
  extract,
  fields: () => ["traceparent", "tracestate", "baggage"],
};
