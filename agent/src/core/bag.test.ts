import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { bagFromApi, bagFromHeader } from "./bag.ts";

const entriesOf = (header: string) =>
  Object.fromEntries(
    (bagFromHeader(header)?.api.getAllEntries() ?? []).map(([key, { value }]) => [key, value]),
  );

test.each([
  ["a=1", { a: "1" }],
  [" a = 1 , b=2;meta=x ", { a: "1", b: "2" }],
  ["batch.id=b%20%C3%A4", { "batch.id": "b ä" }],
  ["broken=%E0%A4%A", { broken: "%E0%A4%A" }],
  ["novalue,=x,,a=", { a: "" }],
])("%s", (header, expected) => {
  expect(entriesOf(header)).toEqual(expected);
});

test.each(["", ",,,", "x".repeat(9000), undefined, ["a=1"], 7])("%p is no baggage", (header) => {
  expect(bagFromHeader(header)).toBeNull();
});

test("the same header is parsed once", () => {
  expect(bagFromHeader("a=once")).toBe(bagFromHeader("a=once"));
});

test("what the API puts in comes out of the header again", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.dictionary(text, text, { minKeys: 1, maxKeys: 5 }), (values) => {
      fc.pre(Object.keys(values).every((key) => key.trim() === key && key.isWellFormed()));
      fc.pre(
        Object.values(values).every((value) => value.trim() === value && value.isWellFormed()),
      );
      const entries = Object.entries(values).map(([key, value]) => [key, { value }] as const);
      const bag = bagFromApi({ getAllEntries: () => entries });
      expect(entriesOf(bag?.header ?? "")).toEqual({ ...values });
    }),
  );
});

test("the API's baggage is immutable", () => {
  const before = bagFromHeader("a=1,b=2")?.api;
  const after = before?.setEntry("c", { value: "3" }).removeEntry("a");
  expect(before?.getEntry("a")).toEqual({ value: "1" });
  expect(after?.getAllEntries().map(([key]) => key)).toEqual(["b", "c"]);
  expect(after?.clear().getAllEntries()).toEqual([]);
});
