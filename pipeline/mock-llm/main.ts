import { systemClock as clock } from "../http/process.ts";
import { openService, serve } from "../http/service.ts";
import { createMood } from "./behaviour.ts";
import { addRoutes } from "./routes.ts";

const service = openService("mock-llm");
const { env } = service;
const mood = createMood({
  latencyMs: env.number("LATENCY_MS", 5),
  errorRate: env.number("ERROR_RATE", 0),
  rateLimitRate: env.number("RATE_LIMIT_RATE", 0),
});
await serve(service, {
  addRoutes: (app) => addRoutes(app, { mood, now: clock.now, sleep: clock.sleep }),
  stop: [],
});
