import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { expectHex, hexByte, hexFailed, hexOf, hexWord } from "./hex.ts";

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

/** What Node makes of the same bytes; the lowest comes first, as on the wire. */
const bytesOf = (words: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * words.length);
  words.forEach((each, at) => bytes.writeInt32LE(each, 4 * at));
  return bytes;
};

test("nothing has failed before anything was read", () => {
  expect(hexFailed).toBe(false);
});

test("words are written as the hex digits of their bytes", () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), (words) => {
      expect(hexOf(...words)).toBe(bytesOf(words).toString("hex"));
    }),
  );
});

test("what is written is read back, wherever it stands", () => {
  fc.assert(
    fc.property(word, fc.nat({ max: 20 }), (value, at) => {
      expectHex();
      expect(hexWord("-".repeat(at) + hexOf(value), at)).toBe(value);
      expect(hexFailed).toBe(false);
    }),
    { examples: [[0, 0]] },
  );
});

test("only the sixteen digits in lower case are some", () => {
  const digits = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter(
    (digit) => hexByte(`0${digit}`, 0) >= 0 && hexByte(`${digit}0`, 0) >= 0,
  );
  expect(digits.join("")).toBe("0123456789abcdef");
});

test.each(Array.from({ length: 8 }, (_, at) => at))("a wrong digit %d is noticed", (at) => {
  expectHex();
  hexWord(`${"0".repeat(at)}g${"0".repeat(7 - at)}`, 0);
  expect(hexFailed).toBe(true);
  expectHex();
  expect(hexFailed).toBe(false);
});
