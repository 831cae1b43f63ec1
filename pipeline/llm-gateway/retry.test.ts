import { describe, expect, test } from "@jest/globals";
import { PipelineError } from "../domain/errors.ts";
import { type Retried, retrying } from "./retry.ts";

const run = async (failures: PipelineError[], random = 1) => {
  const slept: number[] = [];
  const retried: Retried[] = [];
  let calls = 0;
  const options = {
    attempts: 3,
    baseMs: 1000,
    maxMs: 10_000,
    sleep: async (ms: number) => void slept.push(ms),
    random: () => random,
  };
  const call = async (): Promise<string> => {
    const failure = failures[calls];
    calls += 1;
    if (failure) throw failure;
    return "answer";
  };
  const outcome = await retrying(options, call, (one) => retried.push(one)).catch(
    (error: unknown) => error,
  );
  return { outcome, calls, slept, retried };
};

const api = (status: number, retryAfterSeconds?: number): PipelineError =>
  new PipelineError(status === 429 ? "RateLimit" : "Api", `the model answered ${status}`, {
    status,
    retryAfterSeconds,
  });

describe("the one place where calls are repeated", () => {
  test.each([429, 500, 502, 503, 504])(
    "status %i is tried again and may succeed",
    async (status) => {
      expect(await run([api(status)])).toMatchObject({ outcome: "answer", calls: 2 });
    },
  );

  test.each([400, 401, 404, 422])("status %i is final", async (status) => {
    expect((await run([api(status), api(status)])).calls).toBe(1);
  });

  test("a network error is tried again, an answer that cannot be read is not", async () => {
    expect((await run([new PipelineError("Network", "refused")])).calls).toBe(2);
    expect((await run([new PipelineError("Parsing", "no JSON")])).calls).toBe(1);
  });

  test("after three attempts the last error is thrown", async () => {
    const { outcome, calls, retried } = await run([api(500), api(502), api(503)]);
    expect(outcome).toMatchObject({ status: 503 });
    expect({ calls, retries: retried.map(({ attempt }) => attempt) }).toEqual({
      calls: 3,
      retries: [1, 2],
    });
  });

  test("pauses double and are jittered between half and all", async () => {
    expect((await run([api(500), api(500)], 1)).slept).toEqual([1000, 2000]);
    expect((await run([api(500), api(500)], 0)).slept).toEqual([500, 1000]);
  });

  test("Retry-After is honoured, up to the longest pause", async () => {
    expect((await run([api(429, 3), api(429, 120)])).slept).toEqual([3000, 10_000]);
  });
});
