/** What a PostgreSQL database is asked, by the text of the statement: read once, remembered, bounded. */
import { errorType } from "../core/exception.ts";
import { rowsAffected } from "../metrics/own.ts";
import type { Series } from "../metrics/series.ts";
import { Operation, type Failure } from "./database.ts";
import { hide } from "./patch.ts";
import { readStatement } from "./sql.ts";

export interface Client {
  connectionParameters?: { host?: string; port?: number | string; database?: string };
  [DATABASE]?: Database;
}

export interface Query {
  operation: Operation;
  rows: Series;
}

const DATABASE = Symbol("flashcard-otel.database");
type Constants = Record<string, string | number>;

const SYSTEM = { "db.system.name": "postgresql" };
const TEXTS = 1000;
const QUERIES = 500;
const DATABASES = 200;

/** One database of one server, shared by all its connections. */
class Database {
  private readonly constants: Constants;
  private readonly byText = new Map<string, Query>();
  private readonly bySummary = new Map<string, Query>();
  private other: Query | null = null;

  constructor(constants: Constants) {
    this.constants = constants;
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
    if (this.bySummary.size >= QUERIES) return (this.other ??= this.unknown());
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
      rows: rowsAffected.series(shared),
    };
    this.bySummary.set(summary, built);
    return built;
  }

  private unknown(): Query {
    const operation = new Operation("postgresql", this.constants);
    return { operation, rows: rowsAffected.series({}) };
  }
}

const databases = new Map<string, Database>();
/** All beyond the limit. */
const others = new Database(SYSTEM);

export function databaseOf(client: Client): Database {
  if (client[DATABASE] !== undefined) return client[DATABASE];
  const database = databaseAt(client.connectionParameters ?? {});
  hide(client, DATABASE, database);
  return database;
}

function databaseAt({
  host,
  port,
  database,
}: NonNullable<Client["connectionParameters"]>): Database {
  const key = `${host}:${port}/${database}`;
  const known = databases.get(key);
  if (known !== undefined) return known;
  if (databases.size >= DATABASES) return others;
  const made = new Database({
    ...SYSTEM,
    "db.namespace": database ?? "",
    "server.address": host ?? "localhost",
    "server.port": Number(port) || 5432,
  });
  databases.set(key, made);
  return made;
}

const SQLSTATE = /^[0-9A-Z]{5}$/;

export function failureOf(error: unknown): Failure {
  const type = errorType(error);
  return SQLSTATE.test(type) ? { type, reply: type } : { type };
}
