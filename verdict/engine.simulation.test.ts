/** The guarantee, by experiment. Reduced so that it runs in under a minute; seeds are fixed, so it cannot fail by chance. */
import { describe, expect, test } from "@jest/globals";
import { MARGIN, models, simulate } from "./simulation.ts";

/** 5 % and three standard errors of the full experiment (2000 runs). */
const MOST_WRONG = 0.065;
const reduced = { runs: 1000, looks: 800, seed: 1000 };

describe("with the truth exactly at the margin, where every verdict is wrong", () => {
  test.each(models)("the engine is rarely wrong under noise like %s", (model) => {
    const { passed, failed } = simulate({ ...reduced, model, truth: MARGIN });
    expect(passed).toBeLessThanOrEqual(MOST_WRONG);
    expect(failed).toBeLessThanOrEqual(MOST_WRONG);
  });

  test("the same harness sees a bad method: a t-test at every look is wrong more often than 30 %", () => {
    const { passed, failed } = simulate({ ...reduced, model: "gaussian", truth: MARGIN }, "tTest");
    expect(passed + failed).toBeGreaterThan(0.6);
    expect(passed).toBeGreaterThan(0.3);
  });
});

describe("where there is something to find, it is found", () => {
  test("0.2 % passes within 300 pairs in nine runs of ten", () => {
    const found = simulate({
      model: "gaussian",
      truth: Math.log(1.002),
      runs: 200,
      looks: 300,
      seed: 1000,
    });
    expect(found.passed).toBeGreaterThanOrEqual(0.9);
    expect(found.failed).toBe(0);
  });

  test("2 % fails within 200 pairs in nine runs of ten", () => {
    const found = simulate({
      model: "gaussian",
      truth: Math.log(1.02),
      runs: 200,
      looks: 200,
      seed: 1000,
    });
    expect(found.failed).toBeGreaterThanOrEqual(0.9);
    expect(found.passed).toBe(0);
  });
});
