import { expect, test } from "@jest/globals";
import { readPage } from "./markdown.ts";
import { callsOf, wordsOf } from "./shell.ts";

test.each([
  ["npm run x -- --a b   # why", [["npm", "run", "x", "--", "--a", "b"]]],
  ["a | b 'c d' && e; f", [["a"], ["b", "c d"], ["e"], ["f"]]],
  ["A=1 b --c=#d", [["b", "--c=#d"]]],
  ["source <(flashcard-otel completion bash)", [["source", "<(flashcard-otel completion bash)"]]],
  ["kubectl annotate ft x y=$(date +%s)", [["kubectl", "annotate", "ft", "x", "y=$(date +%s)"]]],
  ["# nothing", []],
])("%s", (line, commands) => {
  expect(wordsOf(line)).toEqual(commands);
});

test("commands of blocks go on after a backslash; those in text are only mentioned", () => {
  const page = readPage(
    "a.md",
    "`npm run x | y`, `not one`\n\n```sh\nb \\\n  c\nd\n```\n```js\ne\n```\n",
  );
  expect(callsOf(page)).toEqual([
    { file: "a.md", line: 4, words: ["b", "c"], isWhole: true },
    { file: "a.md", line: 6, words: ["d"], isWhole: true },
    { file: "a.md", line: 1, words: ["npm", "run", "x"], isWhole: false },
  ]);
});
