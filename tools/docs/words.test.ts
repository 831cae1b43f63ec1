import { expect, test } from "@jest/globals";
import { readPage } from "./markdown.ts";
import { checkWords } from "./words.ts";

test("words of our kind must be known; others are not looked at", () => {
  const page = readPage("a.md", "`TakenBack`, `Lean` and `status`\n\n`TakenBak`, TakenBak");
  expect(checkWords([page], new Set(["TakenBack"]))).toEqual({
    count: 2,
    problems: [
      { file: "a.md", line: 3, text: "TakenBak", why: "is no reason, phase, stage or verdict" },
    ],
  });
});
