import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  emptyGate,
  expectedPairs,
  forecast,
  type Gate,
  type GatePlan,
  interval,
  logComponent,
  observe,
  observeAll,
  planRho,
} from "./engine.ts";
import { erfc, logPhi } from "./numeric.ts";
import { mulberry32 } from "./random.ts";

const D = [
  0.012, -0.004, 0.006, 0.001, -0.01, 0.015, 0.003, -0.002, 0.008, -0.006, 0.004, 0, -0.003, 0.007,
  -0.001, 0.005, 0.002, -0.008, 0.009, 0.001,
];
const plan: GatePlan = { margin: Math.log(1.01), rho: 0.049060971385770896, alpha: 0.05 };
const after = (n: number): Gate => observeAll(D.slice(0, n), plan);
const until = (next: (i: number) => number): Gate => {
  let gate = emptyGate;
  for (let i = 0; gate.verdict === "Running"; i += 1) gate = observe(gate, next(i), plan);
  return gate;
};

/** The vectors are published with nine decimals. */
const near = (value: number | undefined, published: number): void =>
  expect(Math.abs((value ?? NaN) - published)).toBeLessThanOrEqual(1e-9);

describe("the published test vectors", () => {
  test("the planned precision", () => {
    expect(planRho({ sigma: 0.03, pairs: 345, alpha: 0.05 })).toBeCloseTo(plan.rho, 12);
  });

  test.each([
    [1, -0.013193071, 0.013020808],
    [5, 0.296895857, -0.238778746],
    [20, 2.125752648, -0.56011222],
  ])("the mixture after %i pairs", (n, logPass, logFail) => {
    near(after(n).logPass, logPass);
    near(after(n).logFail, logFail);
  });

  test.each([
    [1 / 25, [-0.037562176, 0.705302303, 3.484297535], -1.630394678],
    [1 / 5, [-0.016642821, 0.352117755, 1.598351921], -0.969615141],
    [1, [-0.007410358, 0.160686124, 0.648607553], -0.506081269],
    [5, [-0.003307378, 0.072088518, 0.27249801], -0.243270932],
    [25, [-0.001477766, 0.032248764, 0.118224808], -0.112350244],
  ])("the component of precision rho x %d", (factor, pass, failAt20) => {
    const at = (n: number, sign: 1 | -1): number =>
      logComponent(sign * after(n).below, after(n).belowSquares, plan.rho * factor);
    for (const [i, n] of [1, 5, 20].entries()) near(at(n, 1), pass[i] ?? NaN);
    near(at(20, -1), failAt20);
  });

  test("the sequence repeated passes at pair 25, with its intervals", () => {
    const twice = [...D, ...D];
    near(observeAll(twice.slice(0, 24), plan).logPass, 2.770221841);
    const gate = until((i) => D[i % 20] ?? NaN);
    expect(gate).toMatchObject({ verdict: "Passed", pairs: 25 });
    near(gate.logPass, 3.182910467);
    const at = (alpha: number) => interval(gate, { rho: plan.rho, alpha });
    near(at(0.05)?.lower, -0.00725109);
    near(at(0.05)?.upper, 0.01077109);
    near(at(0.1)?.lower, -0.006079848);
    near(at(0.1)?.upper, 0.009599848);
  });

  test.each([
    ["no difference", 0, { verdict: "Passed", pairs: 18, logE: 3.147370861 }],
    ["5 % more", Math.log(1.05), { verdict: "Failed", pairs: 11, logE: 3.314553167 }],
  ])("constant %s", (_name, d, { logE, ...expected }) => {
    const gate = until(() => d);
    expect(gate).toMatchObject(expected);
    near(gate.verdict === "Passed" ? gate.logPass : gate.logFail, logE);
  });

  test("mulberry32(42)", () => {
    const next = mulberry32(42);
    for (const value of [0.6011037519, 0.448290559, 0.8524657935, 0.6697340414])
      expect(next()).toBeCloseTo(value, 10);
  });
});

describe("the normal distribution", () => {
  // From tables with 17 digits.
  test.each([
    [0, 1],
    [0.5, 0.4795001221869535],
    [1, 0.15729920705028513],
    [2, 0.004677734981047266],
    [2.5, 4.069520174449589e-4],
    [3, 2.2090496998585441e-5],
    [5, 1.5374597944280349e-12],
    [10, 2.088487583762545e-45],
    [-1, 1.8427007929497148],
  ])("erfc(%d)", (x, value) => {
    expect(Math.abs(erfc(x) / value - 1)).toBeLessThan(1e-10);
  });

  test.each([
    [-40, -804.6084420137538],
    [-10, -53.23128515051247],
    [-6, -20.7367689499747],
    [-1, -1.841021645009264],
    [0, -Math.LN2],
    [3, -0.0013508099647481938],
  ])("ln Phi(%d)", (z, value) => {
    expect(Math.abs(logPhi(z) / value - 1)).toBeLessThan(1e-10);
  });
});

const observations = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), {
  minLength: 1,
  maxLength: 40,
});

describe("laws", () => {
  test("the mean of E over all signs of the distances from the margin is at most 1", () => {
    const distances = fc.array(fc.double({ min: 1e-4, max: 0.2, noNaN: true }), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(distances, (sizes) => {
        const all = 2 ** sizes.length;
        const sum = { pass: 0, fail: 0 };
        for (let signs = 0; signs < all; signs += 1) {
          const d = sizes.map((size, i) => plan.margin + ((signs >> i) & 1 ? size : -size));
          const { logPass, logFail } = observeAll(d, plan);
          sum.pass += Math.exp(logPass);
          sum.fail += Math.exp(logFail);
        }
        expect(sum.pass / all).toBeLessThanOrEqual(1 + 1e-9);
        expect(sum.fail / all).toBeLessThanOrEqual(1 + 1e-9);
      }),
      { numRuns: 40 },
    );
  });

  test("the order of past pairs does not change the present E", () => {
    fc.assert(
      fc.property(observations, (d) => {
        fc.assert(
          fc.property(fc.shuffledSubarray(d, { minLength: d.length }), (shuffled) => {
            near(observeAll(shuffled, plan).logPass, observeAll(d, plan).logPass);
            near(observeAll(shuffled, plan).logFail, observeAll(d, plan).logFail);
          }),
          { numRuns: 5 },
        );
      }),
    );
  });

  test("a gate taken up from its stored state ends like one that never stopped", () => {
    fc.assert(
      fc.property(observations, observations, (first, second) => {
        const stored = JSON.parse(JSON.stringify(observeAll(first, plan))) as Gate;
        const resumed = second.reduce((gate, d) => observe(gate, d, plan), stored);
        expect(resumed).toEqual(observeAll([...first, ...second], plan));
      }),
    );
  });

  test("mirrored about the margin, Passed and Failed change places", () => {
    fc.assert(
      fc.property(observations, (d) => {
        const mirrored = observeAll(
          d.map((value) => 2 * plan.margin - value),
          plan,
        );
        expect(mirrored.logFail).toBeCloseTo(observeAll(d, plan).logPass, 8);
      }),
    );
  });

  test("the interval holds the mean", () => {
    fc.assert(
      fc.property(observations, (d) => {
        const gate = observeAll(d, plan);
        const found = interval(gate, { rho: plan.rho, alpha: 0.1 });
        if (!found) return;
        expect(found.lower).toBeLessThan(gate.sum / gate.pairs);
        expect(found.upper).toBeGreaterThan(gate.sum / gate.pairs);
      }),
    );
  });
});

test("the first decision stays, whatever comes after", () => {
  const passed = until(() => 0);
  const later = Array.from({ length: 100 }, () => 0.2).reduce(
    (gate, d) => observe(gate, d, plan),
    passed,
  );
  expect(later.logFail).toBeGreaterThan(3);
  expect(later.verdict).toBe("Passed");
});

test("an observation that is not a number is refused with its place", () => {
  expect(() => observeAll([0, NaN], plan)).toThrow("observation 2");
});

test("there is no interval after one pair", () => {
  expect(interval(observeAll([0.001], plan), { rho: plan.rho, alpha: 0.1 })).toBeUndefined();
});

const alternating = (centre: number, n: number): Gate =>
  observeAll(
    Array.from({ length: n }, (_, i) => centre + (i % 2 === 0 ? 0.014 : -0.014)),
    plan,
  );

describe("the forecast", () => {
  test("follows the formula", () => {
    expect(expectedPairs({ sigma: 0.03, distance: 0.008, alpha: 0.05 })).toBeCloseTo(126.3, 0);
    expect(expectedPairs({ sigma: 0.03, distance: 0, alpha: 0.05 })).toBe(Infinity);
  });

  test("calls a truth at the margin futile, but not before 40 pairs and not far from the margin", () => {
    expect(forecast(alternating(plan.margin, 400), plan, 580).futile).toBe(true);
    expect(forecast(alternating(plan.margin, 38), plan, 10).futile).toBe(false);
    expect(forecast(alternating(0.002, 60), plan, 580).futile).toBe(false);
  });
});
