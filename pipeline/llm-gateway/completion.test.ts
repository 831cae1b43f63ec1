import { describe, expect, test } from "@jest/globals";
import { trace } from "@opentelemetry/api";
import { PipelineError } from "../domain/errors.ts";
import { recorder } from "../testing/recorder.ts";
import { createCompletions } from "./completion.ts";
import { type Complete } from "./client.ts";

const answer = {
  id: "1",
  model: "m",
  content: "text",
  usage: { inputTokens: 100, outputTokens: 20 },
};
const ill = new PipelineError("Api", "the model answered 500", { status: 500 });

const build = (complete: Complete, limited = false) => {
  const { monitor, told } = recorder();
  const order: string[] = [];
  const run = createCompletions({
    complete: async (request) => {
      order.push("model");
      return complete(request);
    },
    limiter: {
      take: async () => {
        order.push("limiter");
        if (limited) throw new PipelineError("RateLimit", "used up", { retryAfterSeconds: 2 });
      },
    },
    breaker: {
      state: () => "closed",
      execute: async (call) => {
        order.push("breaker");
        return call();
      },
    },
    retry: { attempts: 3, baseMs: 0, maxMs: 0, sleep: async () => {}, random: () => 0 },
    monitor,
    health: () => {},
    tracer: trace.getTracer("test"),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    seconds: () => 1,
  });
  const request = { stage: "stage1", content: "{}", parse: (text: string) => text } as const;
  return {
    run: (parse = request.parse) => run({ ...request, parse }).catch((error: unknown) => error),
    told,
    order,
  };
};

describe("one completion", () => {
  test("asks the limiter, then the breaker, then the model", async () => {
    const { run, order } = build(async () => answer);
    expect(await run()).toBe("text");
    expect(order).toEqual(["limiter", "breaker", "model"]);
  });

  test("is told as one call with its tokens and its price", async () => {
    const { run, told } = build(async () => answer);
    await run();
    expect(told("apiCall")).toEqual([
      {
        model: "@preset/nuance-creator",
        seconds: 0,
        usage: answer.usage,
        costUsd: (100 * 3 + 20 * 15) / 1e6,
      },
    ]);
  });

  test("that failed three times is one failed call with two retries, and exhausted to who asked", async () => {
    const { run, told, order } = build(async () => {
      throw ill;
    });
    expect(await run()).toMatchObject({ type: "RetryExhausted", status: 500 });
    expect(told("apiCall")).toMatchObject([{ errorType: "Api", status: 500 }]);
    expect(told("apiRetry")).toHaveLength(2);
    expect(order.filter((one) => one === "model")).toHaveLength(3);
  });

  test("whose answer cannot be read failed, but was paid for", async () => {
    const { run, told } = build(async () => answer);
    const unreadable = (): never => {
      throw new PipelineError("Parsing", "no JSON");
    };
    expect(await run(unreadable)).toMatchObject({ type: "Parsing" });
    expect(told("apiCall")).toMatchObject([
      { errorType: "Parsing", usage: answer.usage, costUsd: expect.any(Number) },
    ]);
  });

  test("that the limiter refuses is no call", async () => {
    const { run, told, order } = build(async () => answer, true);
    expect(await run()).toMatchObject({ type: "RateLimit", retryAfterSeconds: 2 });
    expect({ calls: told("apiCall"), order }).toEqual({ calls: [], order: ["limiter"] });
  });
});
