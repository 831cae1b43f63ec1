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
  ["a version that is no number", `zz${VALID.slice(2)}`, false],
  ["the forbidden version", `ff${VALID.slice(2)}`, false],
  ["an all-zero trace id", `00-${"0".repeat(32)}-fedcba9876543210-01`, false],
  ["an all-zero parent id", `00-0123456789abcdef0123456789abcdef-${"0".repeat(16)}-01`, false],
  ["upper case", VALID.toUpperCase(), false],
  ["a digit that is none", VALID.replace("abc", "abg"), false],
  ["two headers joined by the server", `${VALID}, ${VALID}`, false],
  ["too short", VALID.slice(0, 54), false],
  ["another sign for a dash, after the version", VALID.replace("-0", "_0"), false],
  ["another sign for a dash, after the trace id", VALID.replace("-f", "_f"), false],
  ["another sign for a dash, before the flags", VALID.replace(/-(01)$/, "_$1"), false],
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

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const span = fc
  .record({ t0: word, t1: word, t2: word, t3: word, s0: word, s1: word, sampled: fc.boolean() })
  .filter(({ t0, t1, t2, t3, s0 }) => (t0 | t1 | t2 | t3) !== 0 && s0 !== 0)
  .map(({ sampled, ...ids }) => ({ ...ids, flags: sampled ? SAMPLED : 0, prefix: "" }));

test("what is written is read back, for children near and far", () => {
  fc.assert(
    fc.property(span, word, fc.integer({ min: 1, max: 255 }), (parent, far, child) => {
      const { t0, t1, t2, t3, s0, s1, flags } = parent;
      for (const low of [far, s1, (s1 & 0xffffff) | (child << 24)]) {
        const ids = identity();
        expect(parseTraceparent(traceparent(parent, low), ids)).toBe(true);
        expect([...ids.subarray(0, 6)]).toEqual([t0, t1, t2, t3, s0, low]);
        expect((ids[FLAGS] as number) & SAMPLED).toBe(flags);
      }
    }),
  );
});

test("what siblings share is written once", () => {
  fc.assert(
    fc.property(span, (parent) => {
      const first = traceparent(parent, parent.s1);
      expect(parent.prefix).toBe(first.slice(0, 50));
      expect(traceparent(Object.freeze(parent), parent.s1)).toBe(first);
    }),
  );
});
