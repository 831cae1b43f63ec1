import { expect, test } from "@jest/globals";
import { traceState } from "./tracestate.ts";

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
  const members = Array.from({ length: 40 }, (_, at) => `k${at}=${at}`);
  expect(traceState(members.join(",")).serialize()).toBe(members.slice(0, 32).join(","));
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
