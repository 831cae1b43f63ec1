import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { parseEvidence } from "./evidence.ts";
import { type AnyBody, ATTEMPT, evidenceOf, number, rehearsePairs, textOf } from "./rehearsal.ts";
import { judgeTrial } from "./trial.ts";
import { firstOf } from "./whole.ts";

const budget = { cpuPercent: 1, guardPercent: 3, alpha: 0.05 };
type Changes = Parameters<typeof rehearsePairs>[0];
const judge = (changes?: Changes) => judgeTrial(evidenceOf(rehearsePairs(changes)), budget);

describe("fresh pairs", () => {
  test("1 % passes the guard of 3 % and says what it is", () => {
    const verdict = judge({ overheadPercent: 1 });
    expect(verdict).toMatchObject({ verdict: "Passed", reason: "WithinGuard", spansPerItem: 4 });
    expect(verdict.message).toMatch(
      /^whole cost \+\d\.\d\d % \[[+-]\d\.\d\d, \+\d\.\d\d\], \d+ pairs of fresh twins, guard 3 %$/,
    );
  });

  test.each([8, 37])("%d %% fails, after a few pairs", (overheadPercent) => {
    expect(judge({ overheadPercent, pairs: 14 })).toMatchObject({
      verdict: "Failed",
      reason: "GuardExceeded",
    });
  });

  test("at the guard nothing is decided", () => {
    expect(judge({ overheadPercent: 3 })).toMatchObject({
      verdict: "Inconclusive",
      reason: "GuardUndecided",
    });
  });

  test("a slot that is dearer by itself, even by 5 %, does not make an agent dear or cheap", () => {
    const wrong = Array.from({ length: 40 }, (_, seed) =>
      judge({ overheadPercent: 3, slotPercent: 5, seed }),
    ).filter(({ verdict }) => verdict === "Passed" || verdict === "Failed");
    expect(wrong.length).toBeLessThanOrEqual(3);
  });

  test("there is a look after every second pair only", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 10 }), (seed, twos) => {
        const at = (pairs: number): number =>
          judge({ overheadPercent: 1, seed, pairs, ended: false }).logPass;
        expect(at(2 * twos + 1)).toBe(at(2 * twos));
      }),
      { numRuns: 20 },
    );
  });
});

test("the first of two pairs decides nothing, even when the second is against it", () => {
  const pair = (i: number, ratio: number): AnyBody => ({
    kind: "epoch",
    pair: i,
    first: i % 2 === 0 ? "plain" : "injected",
    before: [100, 100],
    items: 400,
    cpuUs: [1e6, 1e6 * ratio],
    bad: [0, 0],
    onItems: 500,
    spans: 500,
    traces: 500,
    ms: 1000,
  });
  // The ninth alone would do.
  const nine = Array.from({ length: 9 }, (_, i) => pair(i, 0.98));
  const judged = (last: number) =>
    judgeTrial(evidenceOf([...rehearsePairs().slice(0, 1), ...nine, pair(9, last)]), budget);
  expect(judged(0.98).verdict).toBe("Passed");
  expect(judged(1.3).verdict).toBe("Running");
});

describe("pairs that prove nothing", () => {
  test.each([
    [
      "no span arrived in one of them",
      { traces: 0, spans: 0 },
      "NoSpans",
      "pair 4: no spans from this pod",
    ],
    ["spans are missing", { traces: 99 }, "NoSpans", "pair 4: spans of 99"],
    ["histories differ", { before: [100, 101] as [number, number] }, "UnequalHistories", "pair 4"],
    ["no CPU was seen", { cpuUs: [0, 5] as [number, number] }, "CannotMeasure", "meter"],
    ["an item failed", { bad: [0, 1] as [number, number] }, "RequestsFailed", "1 item failed"],
  ])("%s", (_name, change, reason, says) => {
    const bodies = rehearsePairs({ overheadPercent: 0 }).map((body) =>
      body.kind === "epoch" && body.pair === 3 ? { ...body, ...change } : body,
    );
    const verdict = judgeTrial(evidenceOf(bodies), budget);
    expect(verdict).toMatchObject({ reason, message: expect.stringContaining(says) });
  });

  test.each([
    ["as often", [5, 6], "Passed"],
    ["more often", [5, 30], "Inconclusive"],
  ] as const)("items of both fail, of the instrumented %s", (_name, [plain, injected], verdict) => {
    const bodies = rehearsePairs({ overheadPercent: 0 }).map((body) =>
      body.kind === "epoch" && body.pair === 3
        ? { ...body, bad: [plain, injected] as [number, number] }
        : body,
    );
    expect(judgeTrial(evidenceOf(bodies), budget).verdict).toBe(verdict);
  });

  test("slots that were not crossed over are damage", () => {
    const [plan, one, other, ...rest] = number(rehearsePairs());
    if (!plan || one?.kind !== "epoch" || other?.kind !== "epoch") throw new Error("a rehearsal");
    const text = textOf([plan, one, { ...other, first: one.first }, ...rest]);
    expect(parseEvidence(text, { attempt: ATTEMPT })).toMatchObject({
      line: 3,
      damaged: expect.stringContaining("pair 1 has the slots of the pair before"),
    });
  });

  test("a profile without spans must send metrics", () => {
    const mute = rehearsePairs({ overheadPercent: 0 }).map((body) =>
      body.kind === "epoch" ? { ...body, traces: 0, spans: 0, metricPoints: 3 } : body,
    );
    const options = { control: "metrics" } as const;
    expect(judgeTrial(evidenceOf(mute), budget, options).verdict).toBe("Passed");
  });
});

test("before the first two pairs it says how far it is", () => {
  expect(judge({ pairs: 1, ended: false })).toMatchObject({
    verdict: "Running",
    message: "fresh twins: 1 of at most 40 pairs",
  });
});

test("slots are crossed over within each two pairs, and drawn for the first of them", () => {
  const firsts = Array.from({ length: 200 }, (_, pair) => firstOf(7, pair));
  const drawn = firsts.filter((_, pair) => pair % 2 === 0);
  for (const [i, first] of drawn.entries()) expect(firsts[2 * i + 1]).not.toBe(first);
  const plain = drawn.filter((first) => first === "plain").length;
  expect(plain).toBeGreaterThan(30);
  expect(plain).toBeLessThan(70);
});
