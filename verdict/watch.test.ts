import { describe, expect, test } from "@jest/globals";
import type { BlockLine } from "./evidence.ts";
import { mulberry32 } from "./random.ts";
import { type AnyBody, evidenceOf, rehearse } from "./rehearsal.ts";
import { judgeTrial } from "./trial.ts";

type Block = Omit<BlockLine, "v" | "attempt" | "seq">;

/** A cheap agent in a trial of 80 blocks, with something besides. */
const trial = (
  change: (block: Block, uniform: () => number) => Partial<Block>,
  { blocks = 80, ended = true } = {},
) => {
  const uniform = mulberry32(5);
  const bodies = rehearse({ blocks, itemSigma: 0.02 }).map((body): AnyBody =>
    body.kind === "block" ? { ...body, ...change(body, uniform) } : body,
  );
  return judgeTrial(evidenceOf(ended ? bodies : bodies.slice(0, -1)), {
    cpuPercent: 1,
    guardPercent: 3,
    alpha: 0.05,
  });
};

/** Durations of 3 ms and up; a share of the items that are on takes 50 ms longer. */
const lasting =
  (slowShare: number) =>
  ({ on, phase }: Block, uniform: () => number): Partial<Block> => {
    const durations = (share: number): number[] =>
      on.map(() => 3 - Math.log(1 - uniform()) + (uniform() < share ? 50 : 0));
    return { wallOff: durations(0), wallOn: durations(phase === "ab" ? slowShare : 0) };
  };

/** So many failures per item in each arm. */
const failing =
  (onShare: number, offShare: number) =>
  ({ on, phase }: Block, uniform: () => number): Partial<Block> => {
    const failed = (share: number): number => on.filter(() => uniform() < share).length;
    const badOn = failed(phase === "ab" ? onShare : offShare);
    return { badOn, bad: badOn + failed(offShare) };
  };

describe("slow items", () => {
  test("50 ms more on 2 % of the items fail a trial whose CPU passes", () => {
    expect(trial(lasting(0.02))).toMatchObject({ verdict: "Failed", reason: "TailExceeded" });
  });

  test("are told as they stood when they showed, at the level that shows them best", () => {
    // For 20 blocks one item in ten is slow on the side that is on, far enough to pass nine of ten; then the others are.
    const turning = ({ on, phase, block }: Block, uniform: () => number): Partial<Block> => {
      const durations = (share: number): number[] =>
        on.map(() => 3 + uniform() / 10 + (uniform() < share ? 0.3 : 0));
      const isTurned = block >= 20;
      return {
        wallOn: durations(phase === "ab" && !isTurned ? 0.1 : 0),
        wallOff: durations(phase === "ab" && isTurned ? 0.3 : 0),
      };
    };
    expect(trial(turning)).toMatchObject({
      reason: "TailExceeded",
      message: expect.stringMatching(/: \d+ more in \d{1,2} blocks were slower than 9\d of 100/),
    });
  });

  test("while they look more frequent than they should, a trial goes on although its CPU has passed", () => {
    const early = trial(lasting(0.014), { blocks: 30, ended: false });
    expect(early).toMatchObject({ verdict: "Running" });
    expect(early.logPass).toBeGreaterThan(3);
  });

  test("as many on both arms do not", () => {
    expect(trial(lasting(0))).toMatchObject({ verdict: "Passed", reason: "WithinBudget" });
  });
});

describe("failing items", () => {
  test("one is too many where none failed before", () => {
    const once = ({ phase, block }: Block): Partial<Block> =>
      phase === "ab" && block === 20 ? { bad: 1, badOn: 1 } : { bad: 0, badOn: 0 };
    expect(trial(once)).toMatchObject({ verdict: "Failed", reason: "RequestsFailed" });
  });

  test("twice as many fail a trial where the application fails by itself", () => {
    expect(trial(failing(0.06, 0.03))).toMatchObject({ verdict: "Failed", reason: "MoreErrors" });
  });

  test("as many as by itself do not", () => {
    expect(trial(failing(0.03, 0.03))).toMatchObject({ verdict: "Passed" });
  });

  test("where most items fail, nothing was measured", () => {
    expect(trial(failing(0.3, 0.3))).toMatchObject({ verdict: "Error", reason: "ItemsFail" });
  });

  test("of a record that does not say which were on, none may", () => {
    expect(trial(() => ({ bad: 1 }))).toMatchObject({
      verdict: "Failed",
      reason: "RequestsFailed",
    });
  });

  test("a burst keeps a trial from passing, and does not fail it", () => {
    const burst = ({ phase, block }: Block): Partial<Block> => {
      if (phase === "aa") return { bad: block === 0 ? 2 : 0, badOn: block === 0 ? 1 : 0 };
      return block === 10 ? { bad: 12, badOn: 12 } : { bad: 0, badOn: 0 };
    };
    expect(trial(burst)).toMatchObject({ verdict: "Inconclusive", reason: "BudgetUndecided" });
  });
});
