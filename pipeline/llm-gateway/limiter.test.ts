import { expect, test } from "@jest/globals";
import { type PipelineError } from "../domain/errors.ts";
import { recorder } from "../testing/recorder.ts";
import { createLimiter } from "./limiter.ts";

const take = async (
  limiter: ReturnType<typeof createLimiter>,
  stage: "stage1" | "stage2",
  times: number,
): Promise<PipelineError[]> => {
  const refused: PipelineError[] = [];
  for (let count = 0; count < times; count += 1) {
    await limiter.take(stage).catch((error: PipelineError) => refused.push(error));
  }
  return refused;
};

test("above steady rate and burst a call is refused with the time to come back", async () => {
  const { monitor, told, read } = recorder();
  // Per stage 5 a second and a burst of 10.
  const limiter = createLimiter(600, monitor);
  const refused = await take(limiter, "stage1", 30);
  expect(refused.length).toBeGreaterThanOrEqual(15);
  expect(refused[0]).toMatchObject({ type: "RateLimit", retryAfterSeconds: expect.any(Number) });
  expect(told("limiter")).toContainEqual({ limiter: "stage1", allowed: false });
  expect(read("limiterTokens")).toContainEqual({ value: 0, labels: { limiter: "stage1" } });
});

test("one stage that is used up does not refuse the other", async () => {
  const limiter = createLimiter(600, recorder().monitor);
  await take(limiter, "stage1", 16);
  expect(await take(limiter, "stage2", 3)).toEqual([]);
});
