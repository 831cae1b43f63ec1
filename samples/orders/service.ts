/** What both programs have in common: health, metrics of requests, errors as JSON, and an end that drops no request. */
import { once } from "node:events";
import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import { type Database, databaseOf, prepare } from "./database.ts";
import { type Log, logOf } from "./log.ts";
import { type Metrics, metricsOf } from "./metrics.ts";

export interface Service {
  app: Express;
  database: Database;
  metrics: Metrics;
  log: Log;
}

export interface Settings {
  port: number;
  databaseUrl: string;
  metrics: boolean;
  /** How long it goes on serving after it was told to stop: until nobody sends to it any more. */
  drainMs: number;
}

export const settingsFrom = (env: Record<string, string | undefined>): Settings => {
  const databaseUrl = env["DATABASE_URL"];
  if (!databaseUrl) throw new Error("set DATABASE_URL to the address of a PostgreSQL");
  return {
    port: Number(env["PORT"] ?? 8080),
    databaseUrl,
    metrics: env["METRICS"] !== "off",
    drainMs: Number(env["DRAIN_MS"] ?? 3000),
  };
};

const timed =
  (metrics: Metrics): RequestHandler =>
  (request, response, next) => {
    const started = performance.now();
    response.once("finish", () => {
      const { path = "" } = (request.route ?? {}) as { path?: string };
      const labels = { method: request.method, route: path, status: response.statusCode };
      metrics.request(labels, (performance.now() - started) / 1000);
    });
    next();
  };

const failed =
  (log: Log): ErrorRequestHandler =>
  // oxlint-disable-next-line max-params -- Express tells it from other handlers by the number
  (error: Error & { status?: number }, request, response, next) => {
    if (response.headersSent) return next(error);
    const status = error.status ?? 500;
    if (status >= 500) log("error", "request failed", { path: request.path, error: error.message });
    response.status(status).json({ error: error.message });
  };

interface Standing {
  ready: boolean;
  draining: boolean;
}

const health = (app: Express, { metrics }: Pick<Service, "metrics">, standing: Standing): void => {
  app.get("/healthz", (_, response) => void response.json({ ok: true }));
  app.get("/readyz", (_, response) => {
    const ready = standing.ready && !standing.draining;
    response.status(ready ? 200 : 503).json({ ready });
  });
  const { registry } = metrics;
  if (!registry) return;
  app.get("/metrics", async (_, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
};

const leaving =
  (standing: Standing): RequestHandler =>
  (_, response, next) => {
    if (standing.draining) response.set("connection", "close");
    next();
  };

const ATTEMPTS = 60;

/** The database may start later than we do. */
const preparing = async (url: string, attempt = 1): Promise<void> => {
  try {
    await prepare(url);
  } catch (cause) {
    if (attempt === ATTEMPTS) throw new Error("preparing the database", { cause });
    await sleep(1000);
    await preparing(url, attempt + 1);
  }
};

const stop = async (
  server: Server,
  { database, drainMs }: { database: Database; drainMs: number },
) => {
  await sleep(drainMs);
  server.close();
  server.closeIdleConnections();
  await once(server, "close");
  await database.end();
};

/** Starts a program; its end is a SIGTERM. */
export const serve = async (
  name: string,
  settings: Settings,
  routes: (service: Service) => void,
): Promise<void> => {
  const log = logOf(name);
  const metrics = metricsOf(settings.metrics);
  const database = databaseOf(settings.databaseUrl, metrics);
  const standing: Standing = { ready: false, draining: false };
  const app = express().disable("x-powered-by");
  app.use(timed(metrics), leaving(standing), express.json());
  health(app, { metrics }, standing);
  routes({ app, database, metrics, log });
  app.use(failed(log));
  const server = app.listen(settings.port);
  process.once("SIGTERM", () => {
    standing.draining = true;
    void stop(server, { database, drainMs: settings.drainMs });
  });
  await preparing(settings.databaseUrl);
  standing.ready = true;
  log("info", "listening", { port: settings.port });
};
