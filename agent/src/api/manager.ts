/* oxlint-disable max-params -- the signatures are the API's. */
/** The API's context manager over the one asynchronous slot. */
import type { EventEmitter } from "node:events";
import type { Context, ContextManager } from "@opentelemetry/api";
import { current, enter, ROOT, runIn, scopeOf } from "../core/context.ts";
import { UNOBSERVED, type Scope } from "../core/span.ts";
import { muted, silent } from "../core/switch.ts";

type Work = (...args: unknown[]) => unknown;

function bindFunction(scope: Scope, work: Work): Work {
  const bound = function (this: unknown, ...args: unknown[]): unknown {
    return runIn(scope, work.bind(this), args);
  };
  Object.defineProperty(bound, "length", { value: work.length, configurable: true });
  return bound;
}

const ADDERS = ["addListener", "on", "once", "prependListener", "prependOnceListener"] as const;

/** Listeners added from now on run in the context. `off` keeps working: it is told which function stands for which. */
function bindEmitter(scope: Scope, emitter: EventEmitter): EventEmitter {
  const bound = new WeakMap<Work, Work>();
  for (const name of ADDERS) {
    const add = emitter[name];
    emitter[name] = function (this: EventEmitter, event: string | symbol, listener: Work) {
      // `once` adds by `on` inside: what is bound already stays as it is.
      const stand = bound.get(listener) ?? bindFunction(scope, listener);
      bound.set(listener, stand);
      bound.set(stand, stand);
      return add.call(this, event, stand);
    };
  }
  for (const name of ["off", "removeListener"] as const) {
    const remove = emitter[name];
    emitter[name] = function (this: EventEmitter, event: string | symbol, listener: Work) {
      return remove.call(this, event, bound.get(listener) ?? listener);
    };
  }
  return emitter;
}

const isEmitter = (target: unknown): target is EventEmitter =>
  typeof (target as { on?: unknown } | null)?.on === "function" &&
  typeof (target as { removeListener?: unknown }).removeListener === "function";

/** Of a request that is not looked at: nothing to switch to, from nothing. */
const isNothing = (context: Context): boolean =>
  (context === UNOBSERVED || context === ROOT) && (muted || current() === undefined);

export const contextManager = {
  active: () => current() ?? ROOT,

  with: (context: Context, work: Work, thisArg?: unknown, ...args: unknown[]) => {
    if (silent || isNothing(context)) return work.apply(thisArg, args);
    const bound = thisArg === undefined || thisArg === null ? work : work.bind(thisArg);
    return runIn(scopeOf(context), bound, args);
  },

  bind: (context: Context, target: unknown) => {
    if (muted) return target;
    const scope = scopeOf(context);
    if (typeof target === "function") return bindFunction(scope, target as Work);
    return isEmitter(target) ? bindEmitter(scope, target) : target;
  },

  attach: (context: Context) => {
    const before = current();
    if (!silent) enter(scopeOf(context));
    return { dispose: () => enter(before ?? ROOT) };
  },

  enable() {
    return this;
  },
  disable() {
    return this;
  },
} as unknown as ContextManager;
