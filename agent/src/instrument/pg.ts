/* oxlint-disable max-params -- the signatures are pg's. */
/** PostgreSQL through `pg`: Client.query, and the context of whoever waits for a pooled connection. */
import { now } from "../core/clock.ts";
import { current, runIn } from "../core/context.ts";
import { errorType } from "../core/exception.ts";
import { failed } from "../core/guard.ts";
import type { Scope } from "../core/span.ts";
import { muted } from "../core/switch.ts";
import { rowsAffected } from "../metrics/own.ts";
import type { HistogramSeries } from "../metrics/series.ts";
import { Operation, type Failure } from "./database.ts";
import { patchMethod } from "./patch.ts";
import { readStatement } from "./sql.ts";

interface Client {
  connectionParameters?: { host?: string; port?: number | string; database?: string };
  [DATABASE]?: Database;
}

interface Query {
  operation: Operation;
  rows: HistogramSeries;
}

type Callback = (error: unknown, result?: { rowCount?: unknown }, ...rest: unknown[]) => unknown;

const DATABASE = Symbol("flashcard-otel.database");
const TEXTS = 1000;
const QUERIES = 500;

/** One database of one server, shared by all its connections. */
class Database {
  private readonly constants: Record<string, string | number>;
  private readonly byText = new Map<string, Query>();
  private readonly bySummary = new Map<string, Query>();

  constructor({ host, port, database }: NonNullable<Client["connectionParameters"]>) {
    this.constants = {
      "db.system.name": "postgresql",
      "db.namespace": database ?? "",
      "server.address": host ?? "localhost",
      "server.port": Number(port) || 5432,
    };
  }

  query(text: string): Query {
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    // Statements with literals in their text are endless; what they do to which table is not.
    if (this.byText.size >= TEXTS) this.byText.clear();
    const query = this.summarised(text);
    this.byText.set(text, query);
    return query;
  }

  private summarised(text: string): Query {
    const statement = readStatement(text);
    const known = this.bySummary.get(statement.summary);
    if (known !== undefined) return known;
    const { operation, collection, summary } = statement;
    const shared = {
      "db.operation.name": operation,
      ...(collection === "" ? {} : { "db.collection.name": collection }),
    };
    const built = {
      operation: new Operation(summary, {
        ...this.constants,
        ...shared,
        "db.query.summary": summary,
      }),
      rows: rowsAffected.histogram(shared),
    };
    if (this.bySummary.size < QUERIES) this.bySummary.set(summary, built);
    return built;
  }
}

const databases = new Map<string, Database>();

function databaseOf(client: Client): Database {
  if (client[DATABASE] !== undefined) return client[DATABASE];
  const parameters = client.connectionParameters ?? {};
  const key = `${parameters.host}:${parameters.port}/${parameters.database}`;
  const database = databases.get(key) ?? new Database(parameters);
  databases.set(key, database);
  client[DATABASE] = database;
  return database;
}

/** Undefined for what is no plain statement (cursors, streams) or must stay unseen. */
function begin(client: Client, config: unknown): Query | undefined {
  if (muted || config === null || config === undefined) return undefined;
  const text = typeof config === "string" ? config : (config as { text?: unknown }).text;
  if (typeof text !== "string" || typeof (config as { submit?: unknown }).submit === "function")
    return undefined;
  try {
    return databaseOf(client).query(text);
  } catch (error) {
    failed(error);
    return undefined;
  }
}

/** One query that is under way. */
class Running {
  private readonly query: Query;
  private readonly scope: Scope | undefined;
  private readonly start: number;

  constructor(query: Query) {
    this.query = query;
    this.scope = current();
    this.start = now();
  }

  succeed(result: { rowCount?: unknown } | undefined): void {
    try {
      this.query.operation.succeed(this.scope, this.start);
      const count = result?.rowCount;
      if (typeof count === "number") this.query.rows.record(count);
    } catch (error) {
      failed(error);
    }
  }

  fail(cause: unknown): void {
    try {
      this.query.operation.fail(this.scope, this.start, failureOf(cause));
    } catch (error) {
      failed(error);
    }
  }

  callback(given: Callback, fromPool: boolean): Callback {
    // Replies arrive in the context in which the connection was made. The pool's own callback does not mind.
    const called = fromPool ? given : restored(this.scope, given);
    return (error, result, ...rest) => {
      if (error) this.fail(error);
      else this.succeed(result);
      return called(error, result, ...rest);
    };
  }
}

const SQLSTATE = /^[0-9A-Z]{5}$/;

function failureOf(error: unknown): Failure {
  const type = errorType(error);
  return SQLSTATE.test(type) ? { type, reply: type } : { type };
}

type Anything = (...args: never[]) => unknown;

const restored = <T extends Anything>(scope: Scope | undefined, work: T): T =>
  scope === undefined
    ? work
    : (((...args) =>
        current() === scope ? work(...args) : runIn(scope, () => work(...args))) as T);

/** Set while Pool.query asks for a connection, and again while it uses it: both happen within one synchronous call. */
let poolAsks = false;
let poolUses = false;

export function patchClient(exports: unknown): void {
  patchMethod((exports as { prototype?: unknown }).prototype, "query", (original) => {
    return function (this: unknown, config: unknown, values: unknown, callback: unknown): unknown {
      const fromPool = poolUses;
      poolUses = false;
      const query = begin(this as Client, config);
      if (query === undefined) return original.call(this, config, values, callback);
      const running = new Running(query);
      if (typeof callback === "function")
        return original.call(
          this,
          config,
          values,
          running.callback(callback as Callback, fromPool),
        );
      if (typeof values === "function")
        return original.call(this, config, running.callback(values as Callback, fromPool));
      const result = original.call(this, config, values, callback);
      return isPromise(result) ? observed(result, running) : result;
    };
  });
}

const isPromise = (value: unknown): value is Promise<{ rowCount?: unknown }> =>
  typeof (value as { then?: unknown } | undefined)?.then === "function";

const observed = (result: Promise<{ rowCount?: unknown }>, running: Running): unknown =>
  result.then(
    (value) => {
      running.succeed(value);
      return value;
    },
    (error: unknown) => {
      running.fail(error);
      throw error;
    },
  );

/**
 * Whoever waits for a connection is called back in the context of whoever releases one, or in that of the new connection's
 * socket; its query would become a child of the wrong request.
 */
export function patchPool(exports: unknown): void {
  const { prototype } = exports as { prototype?: unknown };
  patchMethod(prototype, "connect", (original) => {
    return function (this: unknown, callback: unknown): unknown {
      const fromPool = poolAsks;
      poolAsks = false;
      const scope = muted ? undefined : current();
      if (scope === undefined || typeof callback !== "function")
        return original.call(this, callback);
      const use = (...args: unknown[]): unknown => {
        poolUses = fromPool;
        try {
          return callback(...args) as unknown;
        } finally {
          poolUses = false;
        }
      };
      return original.call(this, restored(scope, use));
    };
  });
  patchMethod(prototype, "query", (original) => {
    return function (this: unknown, text: unknown, values: unknown, callback: unknown): unknown {
      const scope = muted ? undefined : current();
      if (scope === undefined) return original.call(this, text, values, callback);
      poolAsks = true;
      try {
        return original.call(this, text, bound(scope, values), bound(scope, callback));
      } finally {
        poolAsks = false;
      }
    };
  });
}

const bound = (scope: Scope, value: unknown): unknown =>
  typeof value === "function" ? restored(scope, value as Anything) : value;
