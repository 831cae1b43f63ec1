import { environment } from "../http/environment.ts";
import { start } from "../http/lifecycle.ts";
import { stopOnSignal, systemClock as clock } from "../http/process.ts";
import { createServer } from "../http/server.ts";
import { createLog } from "../legacy/log.ts";
import { createLegacyMonitoring, serveMetrics } from "../legacy/server.ts";
import { createMood } from "./behaviour.ts";
import { addRoutes } from "./routes.ts";

const env = environment(process.env);
const log = createLog("mock-llm", env.text("LOG_LEVEL", "info"));
const legacy = createLegacyMonitoring(env.legacyOn());
const health = { draining: false };
const app = createServer(log, health);
const mood = createMood({
  latencyMs: env.number("LATENCY_MS", 5),
  errorRate: env.number("ERROR_RATE", 0),
  rateLimitRate: env.number("RATE_LIMIT_RATE", 0),
});
addRoutes(app, { mood, now: clock.now, sleep: clock.sleep });
const metricsServer = await serveMetrics(legacy, env.number("METRICS_PORT", 9464));
stopOnSignal(
  await start({
    app,
    health,
    port: env.number("PORT", 8080),
    drainMs: env.number("DRAIN_MS", 3000),
    sleep: clock.sleep,
    stop: [async () => metricsServer.close()],
  }),
);
log.info({ event: "started" }, "mock-llm listens");
