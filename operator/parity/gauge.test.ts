import { describe, expect, test } from "@jest/globals";
import { lastValue } from "./gauge.ts";

const window = { start: 100, end: 160 };

describe("the last value of a gauge", () => {
  test("is the last one before the end", () => {
    const points = [
      { at: 150, value: 4 },
      { at: 159, value: 5 },
      { at: 169, value: 9 },
    ];
    expect(lastValue(points, window)).toEqual({ value: 5, slack: 4 });
  });

  test("is no value when nobody has written it for long", () => {
    expect(lastValue([{ at: 110, value: 4 }], window)).toBeUndefined();
    expect(lastValue([], window)).toBeUndefined();
  });

  test("is certain when it did not move", () => {
    const still = [148, 158, 168].map((at) => ({ at, value: 3 }));
    expect(lastValue(still, window)).toEqual({ value: 3, slack: 0 });
  });
});
