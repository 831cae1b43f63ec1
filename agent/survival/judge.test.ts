import { expect, test } from "@jest/globals";
import { isSenseless, judge } from "./judge.ts";
import type { Outcome } from "./outcome.ts";
import type { Row } from "./row.ts";

const row: Row = { fault: "any", moment: "before" };
const outcome = (err: string, code = 0): Outcome => ({
  code,
  signal: null,
  out: "",
  err,
  answers: [],
  ended: true,
  ms: 1,
});
const plain = outcome("witness: absent\n");
const verdict = (err: string, over: Partial<Row> = {}) =>
  judge({ ...row, ...over }, { plain, withAgent: outcome(err) });

test("an agent that is active and silent has passed", () => {
  expect(verdict("witness: active\n")).toEqual({ result: "passed" });
});

test("an agent that never started has not passed", () => {
  expect(verdict("witness: inert\n")).toMatchObject({ result: "failed" });
  expect(verdict("")).toMatchObject({ result: "failed" });
  expect(verdict("witness: inert\n", { agent: "inert" })).toEqual({ result: "passed" });
});

test("where not even the plain run could be witnessed, nothing is asked of the agent", () => {
  const mute = outcome("");
  expect(judge(row, { plain: mute, withAgent: mute })).toEqual({ result: "passed" });
});

test("a fault inside the agent counts although the application did not notice", () => {
  const fault = "witness: active\nflashcard-otel: internal fault: x\n";
  expect(verdict(fault)).toMatchObject({ result: "failed" });
  expect(verdict(fault, { robbed: true })).toEqual({ result: "passed" });
});

test("one line for each process is allowed", () => {
  const line = "flashcard-otel: inert: x\n";
  const rows: Partial<Row> = { agent: "inert" };
  expect(verdict(`witness: inert\n${line}${line}`, rows)).toMatchObject({ result: "failed" });
  expect(verdict(`witness: inert\n${line}witness: inert\n${line}`, rows)).toEqual({
    result: "passed",
  });
});

test("a known difference is accepted, and still told", () => {
  const changed = verdict("witness: active\nmore\n", { accepted: "because" });
  expect(changed).toMatchObject({
    result: "accepted",
    difference: expect.stringContaining("stderr"),
  });
});

test("what Node refuses, or the machine does not have, is no case", () => {
  expect(isSenseless(row, outcome("node: bad option\n", 9))).toBe(true);
  expect(isSenseless({ ...row, wrap: ["unshare"] }, outcome("not permitted\n", 1))).toBe(true);
  expect(isSenseless({ ...row, wrap: ["unshare"] }, plain)).toBe(false);
});
