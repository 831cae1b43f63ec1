import { describe, expect, test } from "@jest/globals";
import { gaussian, mulberry32 } from "../verdict/random.ts";
import { beside, type Beside, told, withBlock } from "./beside.ts";

const after = (percent: number, blocks: number): Beside => {
  const normal = gaussian(mulberry32(4));
  let state = beside({ marginPercent: 3, alpha: 0.05 });
  for (let block = 0; block < blocks; block += 1)
    state = withBlock(state, {
      plain: 1e8,
      instrumented: 1e8 * (1 + percent / 100) * Math.exp(0.01 * normal()),
    });
  return state;
};

describe("two services side by side", () => {
  test.each([
    [0.5, "Passed"],
    [8, "Failed"],
  ])("%d %% more, at a limit of 3 %%: %s", (percent, verdict) => {
    const { verdict: found, lowerPercent, upperPercent, message } = told(after(percent, 60));
    expect(found).toBe(verdict);
    expect(lowerPercent).toBeLessThan(percent);
    expect(upperPercent).toBeGreaterThan(percent);
    expect(message).toMatch(new RegExp(`^${verdict}: .*60 blocks, limit 3 %$`));
  });

  test("too few blocks decide nothing, and say so", () => {
    expect(told(after(0.5, 2)).message).toMatch(/^Inconclusive: .*no interval yet/);
  });

  test("a meter that saw nothing is no measurement", () => {
    const state = beside({ marginPercent: 3, alpha: 0.05 });
    expect(() => withBlock(state, { plain: 0, instrumented: 1 })).toThrow(/watch the processes/);
  });
});
