/** What every service has in common: health routes, errors as JSON, and a way to stop without dropping a request. */
import { fastify, type FastifyInstance, LogController } from "fastify";
import { type Logger } from "pino";
import { ZodError } from "zod";
import { asPipelineError, type ErrorType, PipelineError } from "../domain/errors.ts";

export interface Health {
  /** True from SIGTERM on: not ready, and connections are given back one by one. */
  draining: boolean;
}

const statuses: Partial<Record<ErrorType, number>> = {
  RateLimit: 429,
  Validation: 400,
  Ingress: 400,
  CircuitBreaker: 503,
  Network: 502,
  Api: 502,
  Parsing: 502,
  RetryExhausted: 502,
};

const asRequestError = (error: unknown): PipelineError => {
  if (error instanceof ZodError) {
    const fields = error.issues.map(({ path }) => path.join(".")).join(", ");
    return new PipelineError("Validation", `unfit fields: ${fields}`);
  }
  const status = (error as { statusCode?: number }).statusCode;
  if (status !== undefined && status < 500) {
    return new PipelineError("Ingress", (error as Error).message, { status });
  }
  return asPipelineError(error);
};

const statusOf = (error: PipelineError): number =>
  error.type === "Ingress" ? (error.status ?? 400) : (statuses[error.type] ?? 500);

const MAX_BODY_BYTES = 100 * 1024 * 1024;

export const createServer = (log: Logger, health: Health): FastifyInstance => {
  const app = fastify({
    // Fastify's own remarks (addresses, every request) are not in the contract of our logs.
    loggerInstance: log.child({}, { level: "warn" }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    // While draining, what still arrives on an open connection is served.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    keepAliveTimeout: 60_000,
  }) as unknown as FastifyInstance;
  app.get("/healthz", async () => ({ ok: true }));
  app.get("/readyz", async (_, reply) => {
    if (health.draining) return reply.code(503).send({ ready: false });
    return { ready: true };
  });
  app.addHook("onSend", async (_, reply) => {
    if (health.draining) void reply.header("connection", "close");
  });
  app.setErrorHandler(async (thrown, _request, reply) => {
    const error = asRequestError(thrown);
    if (error.retryAfterSeconds !== undefined)
      void reply.header("retry-after", String(error.retryAfterSeconds));
    return reply
      .code(statusOf(error))
      .send({ error: { type: error.type, code: error.code, message: error.message } });
  });
  return app;
};
