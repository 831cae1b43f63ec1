import { describe, expect, test } from "@jest/globals";
import { PipelineError } from "../domain/errors.ts";
import { recorder } from "../testing/recorder.ts";
import { createBreaker } from "./breaker.ts";

const open = (breakMs = 50) => {
  const { monitor, told, read } = recorder();
  const breaker = createBreaker({ breakMs, monitor });
  const call = async (error?: PipelineError): Promise<unknown> =>
    breaker
      .execute(async () => {
        if (error) throw error;
        return "answer";
      })
      .catch((thrown: unknown) => thrown);
  const outcomes = (): unknown[] =>
    told("breakerCall").map((one) => (one as { outcome: string }).outcome);
  return { breaker, call, told, read, outcomes };
};

const ill = new PipelineError("Api", "the model answered 500", { status: 500 });

const repeat = async (times: number, act: () => Promise<unknown>): Promise<void> => {
  for (let count = 0; count < times; count += 1) await act();
};

describe("the circuit breaker", () => {
  test("opens when half of at least ten calls failed, and then calls nothing", async () => {
    const { breaker, call, read, outcomes } = open();
    await repeat(5, () => call());
    await repeat(6, () => call(ill));
    expect(breaker.state()).toBe("open");
    expect(read("breakerState")).toEqual([{ value: 2, labels: { name: "llm" } }]);
    expect(await call()).toMatchObject({ type: "CircuitBreaker", retryAfterSeconds: 1 });
    expect(outcomes().at(-1)).toBe("rejected");
  });

  test("a few failures among many successes change nothing", async () => {
    const { breaker, call } = open();
    await repeat(30, () => call());
    await repeat(10, () => call(ill));
    expect(breaker.state()).toBe("closed");
  });

  test("failures that are not the model's do not count", async () => {
    const { breaker, call } = open();
    await repeat(20, () => call(new PipelineError("Parsing", "no JSON")));
    expect(breaker.state()).toBe("closed");
  });

  test("after the break one call is let through; its success closes the circuit", async () => {
    const { breaker, call, told } = open(20);
    await repeat(12, () => call(ill));
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(await call()).toBe("answer");
    expect(breaker.state()).toBe("closed");
    expect(told("breakerTransition").map((one) => (one as { to: string }).to)).toEqual([
      "open",
      "half-open",
      "closed",
    ]);
  });

  test("every call has exactly one outcome", async () => {
    const { call, outcomes } = open();
    await repeat(3, () => call());
    await repeat(20, () => call(ill));
    expect(outcomes()).toHaveLength(23);
  });
});
