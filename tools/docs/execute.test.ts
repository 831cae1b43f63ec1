import { expect, test } from "@jest/globals";
import { execute } from "./execute.ts";
import { wordsOf } from "./shell.ts";

const calls = (...lines: string[]) =>
  lines.flatMap(wordsOf).map((words) => ({ file: "a.md", line: 1, words, isWhole: true }));

test("what needs no cluster is run, of the rest the help, and each once", async () => {
  const { count, problems } = await execute(
    calls(
      "flashcard-otel explain reason Held",
      "flashcard-otel verdict < evidence.jsonl",
      "flashcard-otel status -w",
      "kubectl flashcard-otel status",
      "kubectl -n flashcard-otel get pods",
      "flashcard-otel COMMAND --help",
    ),
  );
  expect({ count, problems }).toEqual({ count: 3, problems: [] });
});

test("a command that fails is a problem with its place and its words", async () => {
  const { problems } = await execute(calls("flashcard-otel explain reason Nothing"));
  expect(problems).toEqual([
    {
      file: "a.md",
      line: 1,
      text: "flashcard-otel explain reason Nothing",
      why: expect.stringMatching(/^ended with [1-9]: .*Nothing/),
    },
  ]);
});
