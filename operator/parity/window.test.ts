import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { chooseWindow, LATENESS_SECONDS } from "./window.ts";

const occasion = (difference = {}) => ({
  now: 1000,
  since: 900,
  windowSeconds: 60,
  previousEnd: undefined,
  ...difference,
});

describe("the window to compare", () => {
  test("ends on the grid, long enough ago that everything has arrived", () => {
    expect(chooseWindow(occasion())).toEqual({ window: { start: 920, end: 980 } });
  });

  test("is waited for while a process that takes part is younger", () => {
    expect(chooseWindow(occasion({ since: 950 }))).toEqual({ waitSeconds: 30 });
  });

  test("has a part that the one before did not have", () => {
    expect(chooseWindow(occasion({ previousEnd: 980 }))).toEqual({ waitSeconds: 20 });
    expect(chooseWindow(occasion({ previousEnd: 960 }))).toHaveProperty("window");
  });

  test("lies within undisturbed time, or is waited for exactly as long as needed", () => {
    const seconds = (max: number) => fc.double({ min: 0, max, noNaN: true });
    const law = fc.property(
      seconds(2000),
      seconds(1000),
      fc.integer({ min: 30, max: 600 }),
      (now, since, windowSeconds) => {
        const asked = { now, since, windowSeconds, previousEnd: undefined };
        const choice = chooseWindow(asked);
        if ("window" in choice) {
          const { start, end } = choice.window;
          return start >= since && end <= now - LATENESS_SECONDS && end - start === windowSeconds;
        }
        const later = chooseWindow({ ...asked, now: now + choice.waitSeconds });
        return choice.waitSeconds > 0 && "window" in later;
      },
    );
    fc.assert(law);
  });
});
