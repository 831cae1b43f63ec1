import { Pool, type PoolClient } from "pg";
import { PipelineError } from "../domain/errors.ts";
import { type Log } from "../legacy/log.ts";
import { type Monitor } from "../telemetry/monitor.ts";

/**
 * One statement; `name` makes it a prepared one. `operation` and `table` are metric labels: the main verb and its table, as
 * OpenTelemetry's conventions name them, so that both kinds of monitoring say the same of `WITH ... UPDATE`.
 */
export interface Statement {
  name: string;
  operation: "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "DO";
  table: string;
  text: string;
}

/** The only door to PostgreSQL: every statement passes here and is counted here. */
export interface Database {
  query: <Row>(statement: Statement, values?: unknown[]) => Promise<Row[]>;
  close: () => Promise<void>;
}

interface Dependencies {
  url: string;
  monitor: Monitor;
  seconds: () => number;
  log: Pick<Log, "warn">;
}

const acquireTimeoutMs = 5000;

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && error.message.includes("timeout");

/** Waiting for a connection and running a statement are told apart: only the second is the database's time. */
const connector =
  (pool: Pool, { monitor, seconds }: Dependencies) =>
  async (): Promise<PoolClient> => {
    const start = seconds();
    try {
      const client = await pool.connect();
      monitor.poolAcquire({ seconds: seconds() - start, timedOut: false });
      return client;
    } catch (cause) {
      monitor.poolAcquire({ seconds: seconds() - start, timedOut: isTimeout(cause) });
      throw new PipelineError("Database", "getting a database connection", { cause });
    }
  };

export const openDatabase = (dependencies: Dependencies): Database => {
  const { monitor, seconds, url, log } = dependencies;
  const pool = new Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: acquireTimeoutMs,
    idleTimeoutMillis: 300_000,
    maxLifetimeSeconds: 3600,
  });
  // Of a connection that nobody uses just now: the next statement gets another one.
  pool.on("error", ({ message }) =>
    log.warn({ event: "database.error", error_type: "Database" }, message),
  );
  monitor.gauge("poolConnections", () => [
    { value: pool.idleCount, labels: { state: "available" } },
    { value: pool.totalCount - pool.idleCount, labels: { state: "in_use" } },
    { value: pool.waitingCount, labels: { state: "waiting" } },
  ]);
  const connect = connector(pool, dependencies);
  return {
    query: async <Row>({ name, operation, table, text }: Statement, values: unknown[] = []) => {
      const client = await connect();
      const start = seconds();
      let rows = 0;
      let broken: Error | undefined;
      try {
        const result = await client.query({ name, text, values });
        rows = result.rowCount ?? 0;
        return result.rows as Row[];
      } catch (cause) {
        broken = cause instanceof Error && !("severity" in cause) ? cause : undefined;
        throw new PipelineError("Database", `running statement ${name}`, { cause });
      } finally {
        client.release(broken);
        monitor.database({ operation, table, seconds: seconds() - start, rows });
      }
    },
    close: () => pool.end(),
  };
};
