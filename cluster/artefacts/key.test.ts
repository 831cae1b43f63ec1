import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { keyOf } from "./key.ts";

const inputs = fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true });

describe("the key of an artefact", () => {
  test("does not depend on the order in which inputs are named", () => {
    fc.assert(
      fc.property(inputs, (some) => {
        const reversed = Object.fromEntries(Object.entries(some).toReversed());
        expect(keyOf(reversed)).toBe(keyOf(some));
      }),
    );
  });

  test("changes with any input", () => {
    fc.assert(
      fc.property(inputs, fc.string(), fc.string(), (some, name, value) => {
        fc.pre(some[name] !== value && !(name === "__proto__"));
        expect(keyOf({ ...some, [name]: value })).not.toBe(keyOf(some));
      }),
    );
  });

  test("keeps apart what only looks alike when written in one line", () => {
    expect(keyOf({ a: "bc" })).not.toBe(keyOf({ ab: "c" }));
  });

  test("is twelve hex digits", () => {
    expect(keyOf({})).toMatch(/^[0-9a-f]{12}$/);
  });
});
