/** The shop's tables, and statements that are timed. */
import { Pool, type QueryResultRow } from "pg";
import type { Metrics, Query } from "./metrics.ts";

export interface Database {
  run: <Row extends QueryResultRow>(
    what: Query,
    text: string,
    values: (string | number)[],
  ) => Promise<Row[]>;
  end: () => Promise<void>;
}

/** Several processes start at once: only one of them makes the tables, the others wait for it. */
const SCHEMA = `
  SELECT pg_advisory_lock(1);
  CREATE TABLE IF NOT EXISTS products (sku text PRIMARY KEY, cents int NOT NULL, stock bigint NOT NULL);
  CREATE TABLE IF NOT EXISTS orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sku text NOT NULL REFERENCES products,
    quantity int NOT NULL,
    state text NOT NULL,
    placed timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE IF NOT EXISTS parcels (parcel text PRIMARY KEY, packed timestamptz NOT NULL DEFAULT now());
  INSERT INTO products VALUES ('teapot', 2900, 1000000000), ('kettle', 4900, 1000000000), ('samovar', 19900, 0)
    ON CONFLICT DO NOTHING;
  SELECT pg_advisory_unlock(1);
`;

/** Does not wait for the database: the service is not ready before it is there, and Kubernetes asks again. */
export const databaseOf = (url: string, metrics: Metrics): Database => {
  const pool = new Pool({ connectionString: url, max: 10 });
  // A connection that breaks while it is idle is replaced; without a listener it would end the process.
  pool.on("error", () => undefined);
  return {
    run: async <Row extends QueryResultRow>(
      what: Query,
      text: string,
      values: (string | number)[],
    ) => {
      const started = performance.now();
      try {
        return (await pool.query<Row>(text, values)).rows;
      } finally {
        metrics.query(what, (performance.now() - started) / 1000);
      }
    },
    end: () => pool.end(),
  };
};

/** Tables, and a few products to sell. */
export const prepare = async (url: string): Promise<void> => {
  const pool = new Pool({ connectionString: url, max: 1 });
  try {
    await pool.query(SCHEMA);
  } finally {
    await pool.end();
  }
};
