import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { hexOf } from "./hex.ts";
import { FLAGS, HAS_PARENT, identity, REMOTE, SAMPLED } from "./ids.ts";
import { parseTraceparent, traceparent } from "./traceparent.ts";

const VALID = "00-0123456789abcdef0123456789abcdef-fedcba9876543210-01";

test("a valid header gives its ids and flag", () => {
  const ids = identity();
  expect(parseTraceparent(VALID, ids)).toBe(true);
  expect(hexOf(...ids.subarray(0, 4))).toBe("0123456789abcdef0123456789abcdef");
  expect(hexOf(...ids.subarray(4, 6))).toBe("fedcba9876543210");
  expect(ids[FLAGS]).toBe(SAMPLED | HAS_PARENT | REMOTE);
});

test.each([
  ["a newer version with more fields", `cc${VALID.slice(2)}-what-the-future-brings`, true],
  ["a newer version of the same length", `cc${VALID.slice(2)}`, true],
  ["a newer version that runs on without a dash", `cc${VALID.slice(2)}x`, false],
  ["version 00 with more fields", `${VALID}-x`, false],
  ["the forbidden version", `ff${VALID.slice(2)}`, false],
  ["an all-zero trace id", `00-${"0".repeat(32)}-fedcba9876543210-01`, false],
  ["an all-zero parent id", `00-0123456789abcdef0123456789abcdef-${"0".repeat(16)}-01`, false],
  ["upper case", VALID.toUpperCase(), false],
  ["a digit that is none", VALID.replace("abc", "abg"), false],
  ["two headers joined by the server", `${VALID}, ${VALID}`, false],
  ["too short", VALID.slice(0, 54), false],
  ["empty", "", false],
  ["flags that are no number", `${VALID.slice(0, 53)}zz`, false],
])("%s", (_, header, valid) => {
  expect(parseTraceparent(header, identity())).toBe(valid);
});

test("arbitrary text never throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii", maxLength: 80 }), (text) => {
      parseTraceparent(text, identity());
    }),
  );
});

const words = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), {
  minLength: 6,
  maxLength: 6,
});

test("what is written is read back, for children near and far", () => {
  fc.assert(
    fc.property(words, fc.boolean(), fc.integer({ min: 1, max: 255 }), (word, sampled, child) => {
      const [t0, t1, t2, t3, s0, last] = word as [number, number, number, number, number, number];
      fc.pre((t0 | t1 | t2 | t3) !== 0 && s0 !== 0);
      const s1 = last & 0xffffff;
      const span = { t0, t1, t2, t3, s0, s1, flags: sampled ? 1 : 0, prefix: "" };
      for (const low of [s1, s1 | (child << 24), last]) {
        const ids = identity();
        expect(parseTraceparent(traceparent(span, low), ids)).toBe(true);
        expect([...ids.subarray(0, 6)]).toEqual([t0, t1, t2, t3, s0, low]);
        expect((ids[FLAGS] as number) & SAMPLED).toBe(sampled ? 1 : 0);
      }
    }),
  );
});
