import { afterEach, expect, jest, test } from "@jest/globals";
import { chargeWhole, spentMs } from "./timing.ts";

afterEach(() => {
  jest.restoreAllMocks();
});

/** What is charged for this work, during which the process is said to have used so many milliseconds of CPU. */
const charged = (work: () => void, cpuMs: number): number => {
  const used = jest.spyOn(process, "cpuUsage").mockReturnValue({ user: 3000, system: 2000 });
  const before = spentMs();
  chargeWhole(() => {
    work();
    used.mockReturnValue({ user: 3000, system: 2000 + cpuMs * 1000 });
  });
  return spentMs() - before;
};

test("waiting for a processor is not charged", () => {
  const wait = () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
  expect(charged(wait, 5)).toBeCloseTo(5);
});

test("nor is what other threads do meanwhile", () => {
  expect(charged(() => undefined, 3_600_000)).toBeLessThan(3_600_000);
});
