import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { parseEvidence } from "./evidence.ts";
import type { Budget } from "./reading.ts";
import { type AnyBody, evidenceOf, number, rehearse, type Rehearsal, textOf } from "./rehearsal.ts";
import type { Verdict } from "./report.ts";
import { judgeTrial } from "./trial.ts";

const budget: Budget = { cpuPercent: 1, guardPercent: 3, alpha: 0.05 };
const judge = (bodies: AnyBody[]): Verdict => judgeTrial(evidenceOf(bodies), budget);
const trial = (differences: Partial<Rehearsal> = {}): Verdict => judge(rehearse(differences));
/** The same trial with some lines changed. */
const changed = (
  kind: AnyBody["kind"],
  fields: object,
  differences: Partial<Rehearsal> = {},
): Verdict =>
  judge(rehearse(differences).map((body) => (body.kind === kind ? { ...body, ...fields } : body)));
const without = (kind: AnyBody["kind"], bodies = rehearse()): AnyBody[] =>
  bodies.filter((body) => body.kind !== kind);

const expecting = (bodies: AnyBody[], control: "every" | "metrics"): string =>
  judgeTrial(evidenceOf(bodies), budget, { control }).reason;

describe("what the numbers decide", () => {
  test("0.2 % passes at a limit of 1 %", () => {
    const verdict = trial();
    expect(verdict).toMatchObject({ verdict: "Passed", reason: "WithinBudget", spansPerItem: 4 });
    expect(verdict.estimatePercent).toBeGreaterThan(-0.3);
    expect(verdict.upperPercent).toBeLessThan(1.1);
    expect(verdict.cpuMicrosPerSpan).toBeCloseTo((verdict.cpuMicrosPerItem ?? 0) / 4, 0);
  });

  test.each([2, 5, 10])("%d %% fails", (overheadPercent) => {
    expect(trial({ overheadPercent, blocks: 200 })).toMatchObject({
      verdict: "Failed",
      reason: "BudgetExceeded",
    });
  });

  test("export counts: what items save and the flush costs is seen", () => {
    // 2000 us of flush for 50 items of 2000 us: 2 %.
    const verdict = trial({ overheadPercent: 0, flushUs: 2000, blocks: 200 });
    expect(verdict).toMatchObject({ verdict: "Failed", reason: "BudgetExceeded" });
    expect(verdict.estimatePercent).toBeGreaterThan(1.6);
  });

  test("too few blocks at the margin stay undecided, with a forecast", () => {
    const verdict = trial({ overheadPercent: 0.9, flushUs: 0, blocks: 20 });
    expect(verdict).toMatchObject({ verdict: "Inconclusive", reason: "BudgetUndecided" });
    expect(verdict.forecastPairs).toBeGreaterThan(20);
    expect(verdict.message).toContain("need about");
  });

  test("the planned number of blocks is the end, also before the end line", () => {
    const bodies = without(
      "end",
      rehearse({ overheadPercent: 0.95, flushUs: 0, blocks: 30, maxBlocks: 30 }),
    );
    expect(judge(bodies).verdict).toBe("Inconclusive");
  });
});

describe("the sentence", () => {
  test("says estimate, interval, pairs, limit, CPU per span and the sanity pair", () => {
    expect(trial().message).toMatch(
      /^cpu per item [+-]\d\.\d\d % \[[+-]\d\.\d\d, [+-]\d\.\d\d\], 60 pairs, limit 1 %; \d+ us of application CPU per span; sanity pair of twins [+-]\d+\.\d\d % \[.*\], guard 3 %$/,
    );
  });

  test("tells how far the calibration is", () => {
    const bodies = rehearse().slice(0, 5);
    expect(judge(bodies)).toMatchObject({
      verdict: "Running",
      reason: "Calibrating",
      message: "off against off: 3 of 10 blocks",
    });
    expect(judge([])).toMatchObject({ verdict: "Running", message: "the load has not begun" });
  });
});

describe("an agent that was not there is no cheap agent", () => {
  test.each([
    ["no span arrived", { spans: 0, traces: 0 }, "NoSpans"],
    ["spans of some items are missing", { traces: 99 }, "NoSpans"],
    ["a muted item sent spans", { offTraces: 1 }, "SpansOfMutedItems"],
    ["more traces than items", { traces: 1e6 }, "SpansOfUnknownItems"],
  ])("%s", (_name, fields, reason) => {
    expect(changed("control", fields)).toMatchObject({ verdict: "Error", reason });
  });

  test("without a control nothing passes: first it is waited for, then it is an error", () => {
    const bodies = without("control");
    expect(judge(without("end", bodies))).toMatchObject({
      verdict: "Running",
      reason: "AwaitingControl",
    });
    expect(judge(bodies)).toMatchObject({ verdict: "Error", reason: "NoControl" });
  });

  test("a control from before the deciding block is not enough", () => {
    const bodies = rehearse();
    const [first] = bodies.filter(({ kind }) => kind === "control");
    const early = without("control").flatMap((body) =>
      body.kind === "block" && body.phase === "ab" && body.block === 0 && first
        ? [body, first]
        : [body],
    );
    expect(judge(without("end", early)).reason).toBe("AwaitingControl");
  });

  test("a failed budget needs no control", () => {
    expect(judge(without("control", rehearse({ overheadPercent: 10 })))).toMatchObject({
      verdict: "Failed",
    });
  });

  test("every item of a sampled trace must have arrived, and a profile without traces needs metrics", () => {
    const arrived = (difference: object): AnyBody[] =>
      rehearse().map((body) => (body.kind === "control" ? { ...body, ...difference } : body));
    expect(expecting(arrived({ traces: 5, spans: 20 }), "every")).toBe("NoSpans");
    const mute = arrived({ traces: 0, spans: 0, metricPoints: 0 });
    expect(expecting(arrived({ traces: 0, spans: 0 }), "metrics")).toBe("WithinBudget");
    expect(expecting(mute, "metrics")).toBe("NoMetrics");
  });
});

interface Worthless {
  kind: AnyBody["kind"];
  fields: object;
  becomes: Partial<Verdict>;
}

const still = Array.from({ length: 50 }, () => 0);

describe("evidence that proves nothing", () => {
  test.each<[string, Worthless]>([
    [
      "failed items",
      {
        kind: "block",
        fields: { bad: 1 },
        becomes: { verdict: "Failed", reason: "RequestsFailed" },
      },
    ],
    [
      "failed items of the pair",
      {
        kind: "twin",
        fields: { bad: 2 },
        becomes: { verdict: "Failed", reason: "RequestsFailed" },
      },
    ],
    [
      "another limit than planned",
      { kind: "plan", fields: { marginPercent: 2 }, becomes: { reason: "PlanChanged" } },
    ],
    [
      "too little calibration",
      { kind: "plan", fields: { aaBlocks: 2 }, becomes: { reason: "NotCalibrated" } },
    ],
    [
      "a meter that stands still",
      { kind: "block", fields: { off: still }, becomes: { reason: "CannotMeasure" } },
    ],
    [
      "a meter that runs backwards",
      {
        kind: "block",
        fields: { on: [-5, ...still.slice(1)] },
        becomes: { reason: "CannotMeasure" },
      },
    ],
    [
      "twins with different pasts",
      { kind: "twin", fields: { before: [100, 900] }, becomes: { reason: "UnequalHistories" } },
    ],
  ])("%s", (_name, { kind, fields, becomes }) => {
    expect(changed(kind, fields)).toMatchObject({ verdict: "Error", ...becomes });
  });

  test("a place that finds a difference where there is none", () => {
    expect(trial({ biasPercent: 6 })).toMatchObject({
      verdict: "Error",
      reason: "EnvironmentBiased",
    });
  });

  test("fair places are not called biased", () => {
    for (let seed = 1; seed <= 100; seed += 1)
      expect(trial({ seed, blocks: 0 }).reason).not.toBe("EnvironmentBiased");
  });

  test("an aborted load is an error with its own words, but what it proved before stays", () => {
    const end: AnyBody = { kind: "end", reason: "Aborted", message: "the meter does not answer" };
    expect(judge([...rehearse({ blocks: 3 }).slice(0, -1), end])).toMatchObject({
      verdict: "Error",
      reason: "Aborted",
      message: "the meter does not answer",
    });
    expect(judge([...rehearse().slice(0, -1), end]).verdict).toBe("Passed");
  });
});

const pairWith = (percent: number): Verdict => {
  const [found] = rehearse({ overheadPercent: percent }).filter(({ kind }) => kind === "twin");
  return changed("twin", { ...found });
};

describe("the sanity pair", () => {
  test("blocks what is far above the guard", () => {
    expect(pairWith(37)).toMatchObject({ verdict: "Failed", reason: "GuardExceeded" });
  });

  test("does not block what two equal processes may differ by", () => {
    expect(pairWith(4).verdict).toBe("Passed");
    expect(pairWith(-6).verdict).toBe("Passed");
  });

  test("is reported with its interval", () => {
    const { guardPercent = 0, guardLowerPercent = 0, guardUpperPercent = 0 } = pairWith(5);
    expect(guardPercent).toBeGreaterThan(1);
    expect(guardLowerPercent).toBeLessThan(guardPercent);
    expect(guardUpperPercent).toBeGreaterThan(guardPercent);
  });

  test("counts the export of its items", () => {
    expect(changed("twin", { flushUs: 100 * 2000 }).reason).toBe("GuardExceeded");
  });

  test("may be left out", () => {
    expect(judge(without("twin")).verdict).toBe("Passed");
  });
});

// Sub-blocks drift slowly up and down.
const drift = (block: number, i: number): number =>
  2000 + Math.round(40 * Math.sin((block * 5 + Math.floor(i / 10)) / 4));

describe("calibration", () => {
  test("independent blocks are not batched", () => {
    const batches = Array.from({ length: 20 }, (_, seed) => trial({ seed, blocks: 0 }).aa?.batch);
    expect(batches.filter((batch) => batch === 1).length).toBeGreaterThanOrEqual(17);
  });

  test("blocks that resemble their neighbours are counted in batches", () => {
    const bodies = rehearse({ blocks: 20 }).map((body) =>
      body.kind === "block"
        ? {
            ...body,
            on: body.on.map((_, i) => drift(body.block, i)),
            off: body.off.map(() => 2000),
          }
        : body,
    );
    expect(judge(bodies).aa?.batch).toBeGreaterThan(1);
  });
});

test("the verdict of a text is that of its lines; a cut line changes nothing, and the verdict says that it was cut", () => {
  const lines = number(rehearse({ blocks: 12 }));
  const text = textOf(lines.slice(0, 15));
  const cut = parseEvidence(text + textOf(lines.slice(15, 16)).slice(0, 80));
  const whole = parseEvidence(text);
  if ("damaged" in cut || "damaged" in whole) throw new Error("both can be read");
  expect(cut.truncated).toBe(true);
  const { message, ...verdict } = judgeTrial(cut, budget);
  expect(judgeTrial(whole, budget)).toMatchObject(verdict);
  expect(message).toContain("the record is cut off, this is the verdict of the 15 lines before");
});

test("no verdict is taken back by more of the same trial, whatever the truth", () => {
  const cases = fc.record({
    overheadPercent: fc.double({ min: 0, max: 4, noNaN: true }),
    seed: fc.nat(1e6),
  });
  fc.assert(
    fc.property(cases, (differences) => {
      const bodies = without("end", rehearse({ ...differences, blocks: 50, itemSigma: 0.04 }));
      const seen = [20, 30, 40, bodies.length].map(
        (length) => judge(bodies.slice(0, length)).verdict,
      );
      const decided = seen.filter((verdict) => verdict === "Passed" || verdict === "Failed");
      expect(new Set(decided).size).toBeLessThanOrEqual(1);
      if (decided.length > 0) expect(seen.at(-1)).toBe(decided[0]);
    }),
    { numRuns: 30 },
  );
});
