import { describe, expect, test } from "@jest/globals";
import { logMoreOften, logNoHarm } from "./counts.ts";

const close = (value: number, published: number): void =>
  expect(Math.abs(value - published)).toBeLessThanOrEqual(1e-9);

describe("the published test vectors", () => {
  test.each([
    [3, 12, 2.037051694],
    [10, 10, -1.071369795],
    [0, 6, 2.819892534],
  ])("%i failed off, %i on", (off, on, logE) => close(logMoreOften({ on, off }), logE));

  test.each([
    [{ onOnly: 0, same: 4900, offOnly: 0 }, 0.001, 3.061322166],
    [{ onOnly: 2, same: 9998, offOnly: 0 }, 0.001, 3.144629999],
    [{ onOnly: 0, same: 1000, offOnly: 0 }, 0.005, 3.13756881],
  ])("%j, harm of %d", (paired, points, logE) => close(logNoHarm(paired, points), logE));
});
