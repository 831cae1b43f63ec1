/**
 * What the main of every service does alike: its settings, log and old monitoring at first; its routes, its metrics port and the way
 * it stops in the end. Only main.ts files import this.
 */
import { type FastifyInstance } from "fastify";
import { type Logger } from "pino";
import { createLog } from "../legacy/log.ts";
import { createLegacyMonitoring, type LegacyMonitoring, serveMetrics } from "../legacy/server.ts";
import { environment, type Environment } from "./environment.ts";
import { start } from "./lifecycle.ts";
import { stopOnSignal, systemClock } from "./process.ts";
import { createServer } from "./server.ts";

interface Service {
  name: string;
  env: Environment;
  log: Logger;
  legacy: LegacyMonitoring;
}

export const openService = (name: string): Service => {
  const env = environment(process.env);
  const log = createLog(name, env.text("LOG_LEVEL", "info"));
  return { name, env, log, legacy: createLegacyMonitoring(env.legacyOn()) };
};

interface Duties {
  addRoutes: (app: FastifyInstance) => void;
  /** After the last request, in this order; the metrics port closes after all of them. */
  stop: (() => Promise<unknown>)[];
}

/** Resolves when the service listens. */
export const serve = async (
  { name, env, log, legacy }: Service,
  { addRoutes, stop }: Duties,
): Promise<void> => {
  const health = { draining: false };
  const app = createServer(log, health);
  addRoutes(app);
  const metricsServer = await serveMetrics(legacy, env.number("METRICS_PORT", 9464));
  stopOnSignal(
    await start({
      app,
      health,
      port: env.number("PORT", 8080),
      drainMs: env.number("DRAIN_MS", 3000),
      sleep: systemClock.sleep,
      stop: [...stop, async () => metricsServer.close()],
    }),
  );
  log.info({ event: "started" }, `${name} listens`);
};
