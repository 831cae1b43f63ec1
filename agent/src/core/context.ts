/** The one asynchronous slot. Entered once per request or manual span, never per call. */
import type { Context } from "@opentelemetry/api";
import { bagFromApi } from "./bag.ts";
import { Slot } from "./frames.ts";
import { failed } from "./guard.ts";
import { entered, left } from "./timing.ts";
import { BAGGAGE_KEY, Scope, SPAN_KEY, Span, spanOf } from "./span.ts";

const slot = new Slot<Scope>();

export const ROOT = new Scope(null, null, null);

export const current = (): Scope | undefined => slot.current;

export const enter = (scope: Scope): void => slot.enter(scope);

/** The way in is ours, the work is not. */
export function runIn<A extends unknown[], T>(scope: Scope, work: (...args: A) => T, args: A): T {
  const since = entered();
  return slot.run(scope, since === 0 ? work : timed(since, work), args);
}

const timed =
  <A extends unknown[], T>(since: number, work: (...args: A) => T) =>
  (...args: A): T => {
    left(since);
    return work(...args);
  };

/** For work of our own: sockets and timers must not inherit, and keep alive, some request's context. */
export function outside<T>(work: () => T): T {
  return slot.outside(work);
}

/** Any implementation's Context as a Scope; one that cannot be read is an empty one. */
export function scopeOf(context: Context | undefined | null): Scope {
  if (context instanceof Scope) return context;
  try {
    return typeof context?.getValue === "function" ? wrapped(context) : ROOT;
  } catch (error) {
    failed(error);
    return ROOT;
  }
}

function wrapped(context: Context): Scope {
  const given = context.getValue(SPAN_KEY);
  const span = spanOf(given);
  const scope = new Scope(span, bagFromApi(context.getValue(BAGGAGE_KEY)), context);
  if (!(given instanceof Span)) scope.foreign = given;
  return scope;
}
