import { expect, test } from "@jest/globals";
import { stateOf, traceState, validState } from "./tracestate.ts";

const numbered = (count: number): string =>
  Array.from({ length: count }, (_, at) => `k${at}=${at}`).join(",");

test.each([
  "a=1",
  "a=1,b=2",
  "a=1 ,\t b=2, ,",
  "tenant@vendor=x y!~",
  "0_-*/@=v",
  `${"k".repeat(256)}=v`,
  `k=${"v".repeat(256)}`,
  numbered(32),
])("%j is a tracestate", (text) => {
  expect(validState(text)).toBe(text);
});

test.each([
  "a=b\r\nX-Admin: 1",
  "a=b\n",
  "a",
  "a=",
  "a= ",
  "a=x=y",
  "A=1",
  "-a=1",
  "a b=1",
  "a=ä",
  "a=1;b=2,=",
  `${"k".repeat(257)}=v`,
  `k=${"v".repeat(257)}`,
  numbered(33),
  `a=${"v".repeat(250)},b=${"v".repeat(250)},c=${"v".repeat(10)}`,
  undefined,
  ["a=1"],
])("%j is none", (text) => {
  expect(validState(text)).toBe("");
});

test("what is no tracestate is seen quickly, however it is made", () => {
  const blanks = Array.from({ length: 31 }, () => " ".repeat(14)).join(",");
  for (const text of [`${blanks},`, blanks, `a=${" !".repeat(127)}`, `a=${"! ".repeat(250)}`])
    expect(validState(`${text}\u0000`)).toBe("");
});

test.each([undefined, null, {}, { serialize: 7 }, { serialize: () => "a=b\r\nx: 1" }])(
  "a span context whose state is %p has none",
  (given) => {
    const context = { traceId: "", spanId: "", traceFlags: 1, traceState: given as never };
    expect(stateOf(context)).toBe("");
  },
);

test.each([
  ["a=1,b=2", "a=1,b=2"],
  [" a = 1 ,\tb=2 ", "a=1,b=2"],
  ["a=x=y", "a=x=y"],
  ["a=", "a="],
  ["novalue,=x,,a=1", "a=1"],
  ["", ""],
])("%j is understood as %j", (header, members) => {
  expect(traceState(header).serialize()).toBe(members);
});

test("a member is found by its key", () => {
  const state = traceState("a=1, b = 2");
  expect(state.get("b")).toBe("2");
  expect(state.get("c")).toBeUndefined();
});

test("members beyond the thirty-second are left out", () => {
  expect(traceState(numbered(40)).serialize()).toBe(numbered(32));
});

test.each([
  ["a new member comes first", "c", "c=9,a=1,b=2"],
  ["a changed member moves to the front", "b", "b=9,a=1"],
])("%s", (_, key, members) => {
  expect(traceState("a=1,b=2").set(key, "9").serialize()).toBe(members);
});

test.each([
  ["a member can be taken out", "a", "b=2"],
  ["one that is not there changes nothing", "c", "a=1,b=2"],
])("%s", (_, key, members) => {
  expect(traceState("a=1,b=2").unset(key).serialize()).toBe(members);
});

test("a state never changes, only what is made of it", () => {
  const state = traceState("a=1,b=2");
  const changed = state.set("b", "9").unset("a");
  expect(changed.serialize()).toBe("b=9");
  expect(state.serialize()).toBe("a=1,b=2");
});
