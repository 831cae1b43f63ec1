import { describe, expect, test } from "@jest/globals";
import { pino } from "pino";
import { z } from "zod";
import { PipelineError } from "../domain/errors.ts";
import { environment } from "./environment.ts";
import { createServer, type Health } from "./server.ts";

const open = (thrown?: unknown) => {
  const health: Health = { draining: false };
  const app = createServer(pino({ level: "silent" }), health);
  app.get("/work", async () => {
    if (thrown) throw thrown;
    return { done: true };
  });
  return { app, health };
};

describe("a service that was told to stop", () => {
  test("is not ready any more, still alive, still works, and gives connections back", async () => {
    const { app, health } = open();
    expect((await app.inject("/readyz")).statusCode).toBe(200);
    health.draining = true;
    expect((await app.inject("/readyz")).statusCode).toBe(503);
    expect((await app.inject("/healthz")).statusCode).toBe(200);
    const response = await app.inject("/work");
    expect(response.json()).toEqual({ done: true });
    expect(response.headers.connection).toBe("close");
  });
});

describe("errors", () => {
  const unfit = z.object({ term: z.string() }).safeParse({}).error;

  test.each<[string, unknown, number, string]>([
    [
      "a limit",
      new PipelineError("RateLimit", "used up", { retryAfterSeconds: 3 }),
      429,
      "RateLimit",
    ],
    [
      "an open breaker",
      new PipelineError("CircuitBreaker", "open", { retryAfterSeconds: 30 }),
      503,
      "CircuitBreaker",
    ],
    [
      "a model that fails",
      new PipelineError("RetryExhausted", "3 attempts", { status: 500 }),
      502,
      "RetryExhausted",
    ],
    ["a body that is unfit", unfit, 400, "Validation"],
    ["an upload that is unfit", new PipelineError("Ingress", "empty"), 400, "Ingress"],
    ["a bug", new TypeError("x is undefined"), 500, "Processing"],
  ])("%s has its status and type", async (...[, thrown, status, type]) => {
    const response = await open(thrown).app.inject("/work");
    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject({ error: { type } });
  });

  test("the time to come back is told in the header", async () => {
    const { app } = open(new PipelineError("RateLimit", "used up", { retryAfterSeconds: 3 }));
    expect((await app.inject("/work")).headers["retry-after"]).toBe("3");
  });
});

describe("settings", () => {
  test("a missing or wrong variable ends the start with a sentence that names it", () => {
    const env = environment({ PORT: "http" });
    expect(() => env.text("REDIS_URL")).toThrow("REDIS_URL must be set");
    expect(() => env.number("PORT", 8080)).toThrow("PORT must be a number");
  });

  test.each([
    [undefined, true],
    ["on", true],
    ["off", false],
  ])("LEGACY_MONITORING=%s means legacy monitoring is on: %s", (value, on) => {
    expect(environment({ LEGACY_MONITORING: value }).legacyOn()).toBe(on);
  });
});
