import { expect, test } from "@jest/globals";
import { root } from "../run.ts";
import { checkLinks } from "./links.ts";
import { readPage } from "./markdown.ts";

const problemsOf = (...texts: string[]): string[] => {
  const pages = texts.map((text, index) => readPage(`docs/${"ab"[index]}.md`, text));
  const tree = { root, pages: new Map(pages.map((page) => [page.file, page])) };
  return checkLinks(tree).problems.map(({ line, why }) => `${line}: ${why}`);
};

test.each([
  ["a file that is there", "[x](../README.md)", []],
  ["a file that is not", "\n[x](gone.md)", ["2: there is no docs/gone.md"]],
  ["a heading of the page", "# One\n[x](#one)", []],
  ["a heading that is not there", "[x](#one)", ["1: docs/a.md has no heading #one"]],
  ["another host", "[x](https://example.org/gone.md)", []],
  ["a path in text", "`operator/migration/decide.ts`", []],
  ["a path in text that is gone", "`operator/gone.ts`", ["1: there is no operator/gone.ts"]],
  ["a path in text of somebody else", "`theirs/file.ts`", []],
  ["a file that is built", "`cli/dist/flashcard-otel.cjs`", []],
])("%s", (_, text, problems) => {
  expect(problemsOf(text)).toEqual(problems);
});

test("a heading of another page", () => {
  expect(problemsOf("[x](cli.md#none)\n[y](b.md#two)", "# Two")).toEqual([
    "1: docs/cli.md has no heading #none",
  ]);
});
