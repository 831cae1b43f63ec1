import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { fromEpochMs, fromTimeInput, now, reanchor, writeNanos } from "./clock.ts";

const nanosOf = (ms: number): bigint => {
  const view = new DataView(new ArrayBuffer(8));
  writeNanos(view, 0, ms);
  return view.getBigUint64(0, true);
};

const wall = (): bigint => BigInt(Date.now()) * 1_000_000n;
const close = (a: bigint, b: bigint, ms: number): boolean => Math.abs(Number(a - b)) < ms * 1e6;

test("what is no time is the time that was meant otherwise", () => {
  const odd = [Symbol("s"), 1n, {}, Object.create(null), "1", [Symbol("s"), 1], [], new Date(NaN)];
  expect(odd.map((time) => fromTimeInput(time, 7))).toEqual(odd.map(() => 7));
});

test("now is the wall clock's now", () => {
  expect(close(nanosOf(now()), wall(), 100)).toBe(true);
});

test("times before the process started are no overflow", () => {
  expect(
    close(nanosOf(fromEpochMs(Date.now() - 3_600_000)), wall() - 3_600_000_000_000n, 100),
  ).toBe(true);
});

test("differences survive the conversion", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e9, noNaN: true }),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      (at, more) => {
        const difference = Number(nanosOf(at + more) - nanosOf(at));
        expect(Math.abs(difference - more * 1e6)).toBeLessThan(1000);
      },
    ),
  );
});

test("every form of time the API knows means the same moment", () => {
  const ms = Date.now();
  const expected = fromEpochMs(ms);
  expect(fromTimeInput(ms, 0)).toBeCloseTo(expected, 3);
  expect(fromTimeInput(new Date(ms), 0)).toBeCloseTo(expected, 3);
  expect(fromTimeInput([Math.floor(ms / 1000), (ms % 1000) * 1e6], 0)).toBeCloseTo(expected, 3);
  expect(fromTimeInput(performance.now(), 0)).toBeLessThanOrEqual(now());
});

test("a time from before the process began is one of the wall clock too", () => {
  const ms = performance.timeOrigin - 60_000;
  expect(fromTimeInput(ms, 0)).toBeCloseTo(fromEpochMs(ms), 3);
});

test.each([undefined, null, Number.NaN, "soon", [Number.NaN, 1], new Date(Number.NaN)])(
  "%p falls back",
  (input) => {
    expect(fromTimeInput(input, 42)).toBe(42);
  },
);

test("a jump of the wall clock is followed, jitter is not", () => {
  const before = nanosOf(1000);
  reanchor(Date.now() + 20, now());
  expect(nanosOf(1000)).toBe(before);
  reanchor(Date.now() + 3_600_000, now());
  expect(close(nanosOf(1000), before + 3_600_000_000_000n, 100)).toBe(true);
  reanchor(Date.now(), now());
  expect(close(nanosOf(1000), before, 100)).toBe(true);
});
