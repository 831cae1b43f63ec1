import { expect, test } from "@jest/globals";
import { execute } from "./execute.ts";
import { wordsOf } from "./shell.ts";

const calls = (...lines: string[]) =>
  lines.flatMap(wordsOf).map((words) => ({ file: "a.md", line: 1, words, isWhole: true }));

test("what is whole is run, of mentions and of what needs more than a namespace the help, and each once", async () => {
  const { count, problems } = await execute(
    calls(
      "flashcard-otel explain reason Held",
      "flashcard-otel verdict < evidence.jsonl",
      "flashcard-otel status -w -n shop",
      "kubectl flashcard-otel status -w -n shop",
      "flashcard-otel verdict api --cpu 5",
      "flashcard-otel report --html > report.html",
      "flashcard-otel parity bridge < parity.yaml > bridge.yaml",
      "flashcard-otel parity suggest --legacy http://127.0.0.1:1/metrics --otel new.txt",
      "kubectl -n flashcard-otel get pods",
      "flashcard-otel COMMAND --help",
    ),
  );
  expect({ count, problems }).toEqual({ count: 7, problems: [] });
});

test("a name that the namespace does not have is a problem", async () => {
  const { problems } = await execute(calls("flashcard-otel explain component nobody -n shop"));
  expect(problems[0]?.why).toMatch(/^ended with 5: .*nobody/);
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
