import { expect, test } from "@jest/globals";
import { muted } from "./core/switch.ts";
import { admit, inTrial, startTrial } from "./trial.ts";

const TOKEN = "0123456789abcdef";
let flushes = 0;

test("without a token there is no trial", () => {
  startTrial("", () => flushes++);
  expect(inTrial).toBe(false);
  expect(muted).toBe(false);
});

test("a trial begins silent", () => {
  startTrial(TOKEN, () => flushes++);
  expect(inTrial).toBe(true);
  expect(muted).toBe(true);
});

test.each([
  ["an item that is on", `${TOKEN};on`, true, false],
  ["a probe, which is never recorded and changes nothing", undefined, false, false],
  ["a mark of another trial", "fedcba9876543210;off", false, false],
  ["an item that is off", `${TOKEN};off`, false, true],
  ["a probe while off", undefined, false, true],
  ["a mark that says nothing known", `${TOKEN};maybe`, false, true],
  ["on again", `${TOKEN};on`, true, false],
])("%s", (...[, mark, recorded, silent]) => {
  expect(admit(mark === undefined ? {} : { "flashcard-otel-trial": mark })).toBe(recorded);
  expect(muted).toBe(silent);
});

test("only the flush mark flushes", () => {
  admit({ "flashcard-otel-trial": `${TOKEN};off` });
  expect(flushes).toBe(0);
  admit({ "flashcard-otel-trial": `${TOKEN};off;flush` });
  expect(flushes).toBe(1);
  expect(muted).toBe(true);
});
