/** What Prometheus scrapes. METRICS=off: nothing is counted, and a scrape finds nothing. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

export interface Request {
  method: string;
  route: string;
  status: number;
}

export interface Query {
  operation: string;
  table: string;
}

export type Outcome = "accepted" | "backordered";

export interface Metrics {
  request: (labels: Request, seconds: number) => void;
  query: (labels: Query, seconds: number) => void;
  placed: (outcome: Outcome) => void;
  /** Orders that are being worked on, by their difference. */
  open: (difference: 1 | -1) => void;
  /** Absent when off. */
  registry?: Registry;
}

const silent: Metrics = {
  request: () => undefined,
  query: () => undefined,
  placed: () => undefined,
  open: () => undefined,
};

const QUERY_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

const counting = (): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "http_request_duration_seconds",
    help: "How long requests took",
    labelNames: ["method", "route", "status"],
    registers,
  });
  const queries = new Histogram({
    name: "db_query_duration_seconds",
    help: "How long statements took",
    labelNames: ["operation", "table"],
    buckets: QUERY_SECONDS,
    registers,
  });
  const orders = new Counter({
    name: "orders_placed_total",
    help: "Orders by what became of them",
    labelNames: ["outcome"],
    registers,
  });
  const open = new Gauge({ name: "orders_open", help: "Orders under way", registers });
  return {
    request: (labels, seconds) => requests.observe({ ...labels }, seconds),
    query: (labels, seconds) => queries.observe({ ...labels }, seconds),
    placed: (outcome) => orders.inc({ outcome }),
    open: (difference) => open.inc(difference),
    registry,
  };
};

export const metricsOf = (enabled: boolean): Metrics => (enabled ? counting() : silent);
