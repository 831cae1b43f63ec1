/** PostgreSQL through `pg`: Client.query, and the context of whoever waits for a pooled connection. */
import { now } from "../core/clock.ts";
import { current, runIn } from "../core/context.ts";
import { failed } from "../core/guard.ts";
import type { Scope } from "../core/span.ts";
import { muted } from "../core/switch.ts";
import { rowsAffected } from "../metrics/own.ts";
import type { HistogramSeries } from "../metrics/series.ts";
import { Operation } from "./database.ts";
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
      this.query.operation.fail(this.scope, this.start, cause);
    } catch (error) {
      failed(error);
    }
  }

  callback(given: Callback): Callback {
    return (error, result, ...rest) => {
      if (error) this.fail(error);
      else this.succeed(result);
      return given(error, result, ...rest);
    };
  }
}

export function patchClient(exports: unknown): void {
  patchMethod((exports as { prototype?: unknown }).prototype, "query", (original) => {
    return function query(
      this: unknown,
      config: unknown,
      values: unknown,
      callback: unknown,
    ): unknown {
      const query = begin(this as Client, config);
      if (query === undefined) return original.call(this, config, values, callback);
      const running = new Running(query);
      if (typeof callback === "function")
        return original.call(this, config, values, running.callback(callback as Callback));
      if (typeof values === "function")
        return original.call(this, config, running.callback(values as Callback));
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
 * Whoever waits for a connection is called back in the context of whoever releases one. With an idle connection and nobody
 * waiting, pg-pool calls back from its own nextTick, in the right context: nothing to wrap.
 */
export function patchPool(exports: unknown): void {
  const { prototype } = exports as { prototype?: unknown };
  patchMethod(prototype, "connect", (original) => {
    return function connect(this: unknown, callback: unknown): unknown {
      const scope = current();
      if (scope === undefined || typeof callback !== "function" || served(this as Pool))
        return original.call(this, callback);
      return original.call(this, (...args: unknown[]) =>
        current() === scope ? callback(...args) : runIn(scope, () => callback(...args) as unknown),
      );
    };
  });
}

interface Pool {
  idleCount: number;
  waitingCount: number;
}

const served = ({ idleCount, waitingCount }: Pool): boolean => idleCount > 0 && waitingCount === 0;
