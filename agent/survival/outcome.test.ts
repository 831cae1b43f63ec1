import { expect, test } from "@jest/globals";
import { DELAY_MS, difference, late, said, witnessed, type Outcome } from "./outcome.ts";

const outcome = (over: Partial<Outcome> = {}): Outcome => ({
  code: 0,
  signal: null,
  out: "",
  err: "",
  answers: [],
  ended: true,
  ms: 100,
  ...over,
});

test.each<[string, Partial<Outcome>, Partial<Outcome>]>([
  ["ending", { code: 0 }, { code: 1 }],
  ["ending", { signal: "SIGTERM" }, { signal: null }],
  ["ending", { ended: true }, { ended: false }],
  ["stdout", { out: "a\n" }, { out: "a\nb\n" }],
  ["stderr", { err: "" }, { err: "warning\n" }],
  ["stderr", { err: "" }, { err: " flashcard-otel: indented\n" }],
  ["answers", { answers: ["200"] }, { answers: ["500"] }],
])("a difference in %s is one", (what, plain, withAgent) => {
  expect(difference(outcome(plain), outcome(withAgent))).toMatch(new RegExp(`^${what}: `));
});

test.each<[string, Partial<Outcome>, Partial<Outcome>]>([
  ["the agent's own line", { err: "a\nb\n" }, { err: "a\nflashcard-otel: inert: why\nb\n" }],
  ["the witness", { err: "witness: absent\n" }, { err: "witness: active\n" }],
  ["a port", { out: "READY 1\n" }, { out: "READY 2\n" }],
  ["a process id", { err: "(node:1) W\n" }, { err: "(node:22) W\n" }],
])("%s is no difference", (_, plain, withAgent) => {
  expect(difference(outcome(plain), outcome(withAgent))).toBeUndefined();
});

test("a long difference is shown from where the two part", () => {
  const same = "x".repeat(10_000);
  const found = difference(outcome({ out: `${same}left` }), outcome({ out: `${same}right` }));
  expect(found).toContain("left");
  expect(found).toContain("right");
});

test("a process that is held back is late", () => {
  expect(late(outcome(), outcome({ ms: 100 + DELAY_MS }))).toBeUndefined();
  expect(late(outcome(), outcome({ ms: 102 + DELAY_MS }))).toContain("later than without");
});

test("what the agent and the witness say is found among the application's lines", () => {
  const spoken = outcome({ err: "a\nflashcard-otel: inert: why\nwitness: inert\n" });
  expect(said(spoken)).toEqual(["flashcard-otel: inert: why"]);
  expect(witnessed(spoken)).toEqual(["inert"]);
});
