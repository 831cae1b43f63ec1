/* oxlint-disable max-params -- the signatures are pg's. */
/** PostgreSQL through `pg`: Client.query, and the context of whoever waits for a pooled connection. */
import { now } from "../core/clock.ts";
import { current, runIn } from "../core/context.ts";
import { failed } from "../core/guard.ts";
import type { Scope } from "../core/span.ts";
import { observesAll, weight } from "../core/shed.ts";
import { muted } from "../core/switch.ts";
import { entered, left } from "../core/timing.ts";
import { patchMethod } from "./patch.ts";
import { observeCursor } from "./pgcursor.ts";
import { databaseOf, failureOf, type Client, type Query } from "./statements.ts";

type Result = { rowCount?: unknown } | undefined;
type Callback = (error: unknown, result?: Result) => unknown;

/** Undefined for what is no plain statement (cursors and streams are watched by themselves) or must stay unseen. */
function begin(client: Client, config: unknown): Query | undefined {
  if (muted || config === null || config === undefined) return undefined;
  if (typeof (config as { submit?: unknown }).submit === "function") {
    observeCursor(client, config);
    return undefined;
  }
  const text = typeof config === "string" ? config : (config as { text?: unknown }).text;
  if (typeof text !== "string") return undefined;
  try {
    return databaseOf(client).query(text);
  } catch (error) {
    failed(error);
    return undefined;
  }
}

/** One query that is under way. */
interface Running {
  query: Query;
  scope: Scope | undefined;
  start: number;
}

function end(running: Running, error: unknown, result: Result): void {
  const since = entered();
  try {
    tell(running, error, result);
  } catch (fault) {
    failed(fault);
  }
  left(since);
}

function tell({ query, scope, start }: Running, error: unknown, result: Result): void {
  if (error) return query.operation.fail(scope, start, failureOf(error));
  query.operation.succeed(scope, start);
  const count = result?.rowCount;
  if (typeof count === "number") query.rows.record(count, weight);
}

/** The pool's own callback does not mind in which context it runs. */
const pooled =
  (running: Running, given: Callback): Callback =>
  (error, result) => {
    end(running, error, result);
    return given(error, result);
  };

/** Replies arrive in the context in which the connection was made; the application's callback gets its own back. */
const applied =
  (running: Running, given: Callback): Callback =>
  (error, result) => {
    end(running, error, result);
    const { scope } = running;
    if (scope === undefined || current() === scope) return given(error, result);
    return runIn(scope, given, [error, result]);
  };

const observed = (promise: Promise<Result>, running: Running): Promise<Result> =>
  promise.then(
    (result) => {
      end(running, undefined, result);
      return result;
    },
    (error: unknown) => {
      end(running, error ?? "_OTHER", undefined);
      throw error;
    },
  );

const isPromise = (value: unknown): value is Promise<Result> =>
  typeof (value as { then?: unknown } | undefined)?.then === "function";

/**
 * The scope of a Pool.query: set while it asks for a connection, and again while it uses the one it got. Both happen within one
 * synchronous call, so the query needs neither a look at the current context nor a context to run in.
 */
let asking: Scope | null = null;
let using: Scope | null = null;

export function patchClient(exports: unknown): void {
  patchMethod((exports as { prototype?: unknown }).prototype, "query", (original) => {
    return function (this: unknown, config: unknown, values: unknown, callback: unknown): unknown {
      const wrap = using === null ? applied : pooled;
      const scope = using ?? current();
      using = null;
      const since = entered();
      const query = scope === undefined && !observesAll ? undefined : begin(this as Client, config);
      left(since);
      if (query === undefined) return original.call(this, config, values, callback);
      const running = { query, scope, start: now() };
      if (typeof callback === "function")
        return original.call(this, config, values, wrap(running, callback as Callback));
      if (typeof values === "function")
        return original.call(this, config, wrap(running, values as Callback));
      const result = original.call(this, config, values, callback);
      return isPromise(result) ? observed(result, running) : result;
    };
  });
}

type Connected = (error: unknown, client: unknown, done: unknown) => unknown;

/**
 * Whoever waits for a connection is called back in the context of whoever releases one, or in that of the new connection's
 * socket; its query would become a child of the wrong request.
 */
export function patchPool(exports: unknown): void {
  const { prototype } = exports as { prototype?: unknown };
  patchMethod(prototype, "connect", (original) => {
    return function (this: unknown, callback: unknown): unknown {
      if (typeof callback !== "function") return original.call(this, callback);
      if (asking !== null) return original.call(this, lent(asking, callback as Connected));
      const scope = muted ? undefined : current();
      return original.call(this, scope === undefined ? callback : bound(scope, callback));
    };
  });
  patchMethod(prototype, "query", (original) => {
    return function (this: unknown, text: unknown, values: unknown, callback: unknown): unknown {
      const scope = muted ? undefined : current();
      if (scope === undefined) return original.call(this, text, values, callback);
      asking = scope;
      try {
        return original.call(this, text, bound(scope, values), bound(scope, callback));
      } finally {
        asking = null;
      }
    };
  });
}

function lent(scope: Scope, callback: Connected): Connected {
  asking = null;
  return (error, client, done) => {
    using = scope;
    try {
      return callback(error, client, done);
    } finally {
      using = null;
    }
  };
}

const bound = (scope: Scope, value: unknown): unknown =>
  typeof value === "function"
    ? (error: unknown, result: unknown, done: unknown) =>
        runIn(scope, value as Connected, [error, result, done])
    : value;
