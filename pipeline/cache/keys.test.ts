import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { canonical, stage1Key, stage2Key, storedKey } from "./keys.ts";

test("keys are the SHA-256 values of the contract", () => {
  // printf '%s' 'apple:noun' | sha256sum
  expect(stage1Key("apple", "noun")).toBe(
    "c3f37792fc14595daaa70e715676c95c01e7e36c5fbed92470e9b3288c109943",
  );
  expect(stage1Key("apple", "")).toBe(stage1Key("apple", "unknown"));
  expect(stage1Key("apple", "noun")).not.toBe(stage1Key("apple", "verb"));
});

test("equal values give equal keys, in whatever order their members come", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).toReversed());
      expect(stage2Key("a", reversed)).toBe(stage2Key("a", value));
    }),
  );
});

test("canonical text is JSON of the same value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) =>
      expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value))),
    ),
  );
});

test("a stored key tells version and stage and hides the word", () => {
  expect(storedKey("stage1", stage1Key("사과", "noun"))).toMatch(
    /^flashcards:v1:stage1:[0-9a-f]{64}$/,
  );
});
