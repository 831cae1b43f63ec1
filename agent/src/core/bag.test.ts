import { afterEach, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Message } from "../../testing/protobuf.ts";
import { allowBaggage, bagFromApi, bagFromHeader } from "./bag.ts";

const LONGEST = 8192;

afterEach(() => allowBaggage([]));

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
])("%j", (header, expected) => {
  expect(entriesOf(header)).toEqual(expected);
});

test.each(["", ",,,", undefined, ["a=1"], 7])("%j is no baggage", (header) => {
  expect(bagFromHeader(header)).toBeNull();
});

test("a header that is too long is no baggage", () => {
  expect(bagFromHeader("a=".padEnd(LONGEST, "x"))?.api.getAllEntries()).toHaveLength(1);
  expect(bagFromHeader("a=".padEnd(LONGEST + 1, "x"))).toBeNull();
});

test.each(["a=1\r\nX-Admin: 1", "a=1\n", "a=\u0000", "a=\u2028"])("%j is no baggage", (header) => {
  expect(bagFromHeader(header)).toBeNull();
});

test.each([null, { toString: () => "x\r\nX-Admin: 1" }])(
  "what is said about an entry travels only where it may stand in a header, case %#",
  (metadata) => {
    const bag = bagFromApi({ getAllEntries: () => [["a", { value: "1", metadata }]] });
    expect(bag?.header).toBe("a=1");
  },
);

test("entries beyond the sixty-fourth are left out, on the way in and on the way out", () => {
  const members = Array.from({ length: 65 }, (_, at) => `k${at}=${at}`);
  const entries = members
    .map((member) => member.split("="))
    .map(([key, value]) => [key, { value }]);
  expect(bagFromHeader(members.join(","))?.api.getAllEntries()).toEqual(entries.slice(0, 64));
  const given = { getAllEntries: () => entries };
  expect(bagFromApi(given)?.header).toBe(members.slice(0, 64).join(","));
});

test("the same header is parsed once, until there were too many others", () => {
  const first = bagFromHeader("a=0");
  for (let other = 1; other < 256; other++) bagFromHeader(`a=${other}`);
  expect(bagFromHeader("a=0")).toBe(first);
  bagFromHeader("a=256");
  expect(bagFromHeader("a=0")).not.toBe(first);
});

test("what is said about an entry stays with it", () => {
  const bag = bagFromHeader("a=1; x=y;z ,b=2");
  const [a, b] = ["a", "b"].map((key) => bag?.api.getEntry(key));
  expect(a?.metadata?.toString()).toBe("x=y;z");
  expect(b).toEqual({ value: "2" });
  expect(bagFromApi(bag?.api)?.header).toBe("a=1;x=y;z,b=2");
});

test("only what is allowed becomes attributes, from then on", () => {
  const shown = (header: string) => bagFromHeader(header)?.attributes;
  expect(shown("a=1,b=2")).toBeNull();
  allowBaggage(["b", "c"]);
  const attributes = new Message(shown("a=1,b=2") ?? new Uint8Array(0)).many(9);
  expect(attributes.map((each) => [each.text(1), each.one(2).text(1)])).toEqual([["b", "2"]]);
  expect(shown("a=1")).toBeNull();
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

test.each([
  ["fits to the last character", 4095, 2],
  ["is too long by one character", 4096, 1],
])("of a header that %s, whole entries travel", (_, length, travelling) => {
  const entries = ["a=".padEnd(4095, "x"), "b=".padEnd(length, "x")];
  const bag = bagFromApi({
    getAllEntries: () => entries.map((entry) => [entry[0], { value: entry.slice(2) }]),
  });
  expect(bag?.header).toBe(entries.slice(0, travelling).join(","));
});

test("a lone surrogate does not travel", () => {
  const bag = bagFromApi({ getAllEntries: () => [["a", { value: "\ud800" }]] });
  expect(bag?.header).toBe("a=");
});

test.each([undefined, {}, { getAllEntries: () => [] }, { getAllEntries: () => 7 }])(
  "the API's baggage is none, case %#",
  (given) => {
    expect(bagFromApi(given)).toBeNull();
  },
);

test("the API gets back the baggage it gave", () => {
  const given = { getAllEntries: () => [["a", { value: "1" }]] };
  expect(bagFromApi(given)?.api).toBe(given);
});

test("an entry is shown as a copy", () => {
  const api = bagFromHeader("a=1")?.api;
  Object.assign(api?.getEntry("a") ?? {}, { value: "2" });
  expect(api?.getEntry("a")).toEqual({ value: "1" });
  expect(api?.getEntry("b")).toBeUndefined();
});

test("the API's baggage is immutable", () => {
  const before = bagFromHeader("a=1,b=2")?.api;
  const after = before?.setEntry("c", { value: "3" }).removeEntry("a");
  expect(before?.getEntry("a")).toEqual({ value: "1" });
  expect(after?.getAllEntries().map(([key]) => key)).toEqual(["b", "c"]);
  expect(after?.clear().getAllEntries()).toEqual([]);
});
