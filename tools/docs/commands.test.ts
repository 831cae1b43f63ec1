import { expect, test } from "@jest/globals";
import { root } from "../run.ts";
import { checkCommands } from "./commands.ts";
import { wordsOf } from "./shell.ts";

const scripts = new Map([
  ["", new Set(["cluster", "demo", "e2e"])],
  ["agent", new Set(["bench"])],
]);

const whyNot = (line: string, isWhole = true): string[] =>
  checkCommands(
    wordsOf(line).map((words) => ({ file: "a.md", line: 1, words, isWhole })),
    { root, scripts },
  ).problems.map(({ why }) => why);

test.each([
  "npm run demo -- --down",
  "npm run bench -w agent -- --quick",
  "npm run cluster -- --context a kubectl get pods",
  "npm run e2e -- there-and-back",
  "npm run e2e -- NAME --keep",
  "npm test",
  "flashcard-otel status -w -n shop",
  "kubectl flashcard-otel target Legacy",
  "flashcard-otel verdict < evidence.jsonl",
  "flashcard-otel report --html > report.html",
  "flashcard-otel target PHASE [NAME] [options]",
  "kubectl -n flashcard-otel get pods",
  "kubectl flashcard-otel",
  "kubectl apply -f manifests/samples/flashcards.yaml",
  "kubectl apply -f my-own.yaml",
  "helm install x charts/flashcard-otel --namespace y",
  "node bin/run.js console/main.ts",
  "curl anything",
])("%s is right", (line) => {
  expect(whyNot(line)).toEqual([]);
});

test.each([
  ["npm run nothing", "there is no script nothing"],
  ["npm run demo -w agent", "there is no script demo in agent"],
  ["npm run e2e -- gone", "there is no e2e/stories/gone.ts"],
  ["npm run cluster -- fly", /unknown command fly/],
  ["flashcard-otel migrate", "there is no command migrate"],
  ["flashcard-otel target Nowhere", /Nowhere is no PHASE/],
  ["flashcard-otel plan --nothing", /plan has no option --nothing/],
  ["flashcard-otel parity suggest --now", /parity suggest has no option --now/],
  ["kubectl flashcard-otel migrate", "there is no command migrate"],
  ["kubectl frobnicate x", "kubectl frobnicate is not known"],
  ["kubectl apply -f manifests/gone.yaml", "there is no manifests/gone.yaml"],
  ["helm install x charts/gone", "there is no charts/gone"],
  ["node bin/run.js tools/gone.ts", "there is no tools/gone.ts"],
])("%s is not", (line, why) => {
  expect(whyNot(line)).toEqual([expect.stringMatching(why)]);
});

test("a mention may leave words out, but names no option that is not there", () => {
  expect(whyNot("flashcard-otel target", false)).toEqual([]);
  expect(whyNot("flashcard-otel plan --nothing", false)).toEqual(["plan has no option --nothing"]);
});
