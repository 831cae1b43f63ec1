import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Governor, type Budget } from "./governor.ts";
import { LADDER, LAST } from "./ladder.ts";

const budget: Budget = { share: 0.01, returnAt: 0.6, holdMs: 10_000 };

/** An application of `cpuMs` per second on which the agent costs `percent(level)`. */
function seconds(governor: Governor, count: number, load: Load, fromMs = 0): number[] {
  const levels: number[] = [];
  for (let second = 1; second <= count; second++) {
    const agentMs = (load.cpuMs * load.percent(governor.level)) / 100;
    const cpuMs = load.cpuMs + agentMs;
    levels.push(governor.look({ atMs: fromMs + second * 1000, agentMs, cpuMs }));
  }
  return levels;
}

interface Load {
  cpuMs: number;
  percent: (level: number) => number;
}

const cheap: Load = { cpuMs: 1000, percent: () => 0.1 };
const dear: Load = { cpuMs: 1000, percent: (level) => 5 * (1 - level / LAST) };

describe("the governor", () => {
  test("leaves everything where it is while the agent costs less than its budget", () => {
    expect(seconds(new Governor(budget), 100, { cpuMs: 1000, percent: () => 0.9 })).toEqual(
      Array.from({ length: 100 }, () => 0),
    );
  });

  test("is below the budget within ten looks, however dear the agent is", () => {
    const levels = seconds(new Governor(budget), 10, dear);
    expect(dear.percent(levels[9] ?? 0)).toBeLessThanOrEqual(1);
  });

  test("goes down rung by rung near the budget and faster far above it", () => {
    const near = seconds(new Governor(budget), 3, { cpuMs: 1000, percent: () => 1.5 });
    const far = seconds(new Governor(budget), 3, { cpuMs: 1000, percent: () => 9 });
    expect(near).toEqual([1, 2, 3]);
    expect(far).toEqual([2, 4, 6]);
  });

  test("stays on the last rung when even that is too dear", () => {
    const levels = seconds(new Governor(budget), 50, { cpuMs: 1000, percent: () => 50 });
    expect(levels.at(-1)).toBe(LAST);
  });

  test("says nothing about a process that does nothing", () => {
    const governor = new Governor(budget);
    seconds(governor, 100, { cpuMs: 1, percent: () => 50 });
    expect(governor.level).toBe(0);
    expect(governor.cost).toBeUndefined();
  });

  test("is not misled by an entry that was timed while it lost the processor, however little the process does", () => {
    const governor = new Governor({ ...budget, share: 0.25 });
    const looks = Array.from({ length: 600 }, (_, second) => {
      const lost = second % 10 === 5 ? 6.4 : 0;
      return governor.look({ atMs: second * 1000, agentMs: 1 + lost, cpuMs: 14 });
    });
    expect(Math.max(...looks)).toBe(0);
  });

  test("is quick enough for a process that does little", () => {
    const governor = new Governor({ ...budget, share: 0.25 });
    const levels = seconds(governor, 60, { cpuMs: 10, percent: () => 40 });
    expect(levels.at(-1)).toBeGreaterThan(0);
  });

  test("comes back one rung per hold", () => {
    const governor = new Governor(budget);
    seconds(governor, 2, { cpuMs: 1000, percent: () => 1.5 });
    expect(governor.level).toBe(2);
    const levels = seconds(governor, 30, cheap, 2000);
    expect(levels.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 2));
    expect(levels.at(-1)).toBe(0);
  });

  test("does not come back while it costs hardly less than the budget", () => {
    const governor = new Governor(budget);
    seconds(governor, 1, { cpuMs: 1000, percent: () => 1.5 });
    seconds(governor, 100, { cpuMs: 1000, percent: () => 0.8 }, 1000);
    expect(governor.level).toBe(1);
  });

  test("waits longer each time coming back was too early, and forgets that when all is well", () => {
    const governor = new Governor(budget);
    const flapping: Load = { cpuMs: 1000, percent: (level) => (level === 0 ? 1.5 : 0.2) };
    const levels = seconds(governor, 400, flapping);
    const returns = levels.flatMap((level, at) =>
      level === 0 && levels[at - 1] === 1 ? [at] : [],
    );
    const pauses = returns.slice(1).map((at, index) => at - (returns[index] ?? 0));
    expect(pauses.length).toBeGreaterThan(2);
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(pauses.at(-1)).toBeGreaterThan(2 * (pauses[0] ?? 0));
  });

  test("never leaves the ladder, and holds still without news", () => {
    const costs = fc.record({
      agentMs: fc.double({ min: 0, max: 1000, noNaN: true }),
      cpuMs: fc.double({ min: 0, max: 2000, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(costs, { maxLength: 200 }), (looks) => {
        const governor = new Governor(budget);
        looks.forEach((look, second) => {
          const before = governor.level;
          const level = governor.look({ atMs: second * 1000, ...look });
          expect(level).toBe(governor.level);
          expect(LADDER[level]).toBeDefined();
          expect(level - before).toBeGreaterThanOrEqual(-1);
          expect(level - before).toBeLessThanOrEqual(2);
        });
      }),
    );
  });
});

test("every rung leaves out what the one before did, and more", () => {
  LADDER.slice(1).forEach((rung, index) => {
    const before = LADDER[index];
    if (before === undefined) throw new Error("no rung before");
    const kept = (one: typeof rung): number => Number(one.details) + Number(one.calls) + one.share;
    expect(kept(rung)).toBeLessThan(kept(before));
    expect(Number(rung.details)).toBeLessThanOrEqual(Number(before.details));
    expect(Number(rung.calls)).toBeLessThanOrEqual(Number(before.calls));
    expect(rung.share).toBeLessThanOrEqual(before.share);
  });
});
