/** Words that look like one of ours, in pages that people act on: a reason, phase or stage that is gone must not be looked for. Pure. */
import type { Checked } from "./links.ts";
import type { Page } from "./markdown.ts";

const WORD = /^(?:[A-Z][a-z]+){2,}$/;

export const checkWords = (pages: Page[], known: ReadonlySet<string>): Checked => {
  const found = pages.flatMap(({ file, code }) =>
    code.filter(({ text }) => WORD.test(text)).map(({ line, text }) => ({ file, line, text })),
  );
  const problems = found
    .filter(({ text }) => !known.has(text))
    .map((place) => ({ ...place, why: "is no reason, phase, stage or verdict" }));
  return { count: found.length, problems };
};
