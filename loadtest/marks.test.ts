import { expect, test } from "@jest/globals";
import { marks } from "./marks.ts";

const token = "00f1a5bca4d07e1e";

test("items that are on have even numbers, those that are off odd ones, and none is used twice", () => {
  const mark = marks(token);
  const all = (["on", "off", "off", "on", "off;flush"] as const).map((word) => mark(word).sequence);
  expect(all.map((sequence) => Number.parseInt(sequence, 16) % 2)).toEqual([0, 1, 1, 0, 1]);
  expect(new Set(all).size).toBe(5);
});

test("both arms carry the same headers, a valid trace context that begins with the token among them", () => {
  const mark = marks(token);
  for (const word of ["on", "off"] as const) {
    const { headers, sequence } = mark(word);
    expect(headers).toEqual({
      "flashcard-otel-trial": `${token};${word}`,
      traceparent: expect.stringMatching(
        new RegExp(`^00-${token}${sequence}-(?!0{16})[0-9a-f]{16}-01$`),
      ),
    });
  }
});
