import { expect, test } from "@jest/globals";
import { readPage } from "./markdown.ts";

const PAGE = `# A page: of \`code\`, and [a link](other.md)

## Twice
## Twice

See [there](there.md#part "title"), <img src="a.png">, \`[no](link.md)\` and \`npm run x\`.

[ref]: ref.md

\`\`\`sh
npm run y   # [not](a-link.md)
\`\`\`

\`\`\`\`yaml
\`\`\`
inner: [x](y.md)
\`\`\`
\`\`\`\`
`;

const page = readPage("docs/page.md", PAGE);

test("headings become anchors, the second of a name with a number", () => {
  expect([...page.anchors]).toEqual(["a-page-of-code-and-a-link", "twice", "twice-1"]);
});

test("links are found with their lines, but none in code", () => {
  expect(page.links).toEqual([
    { line: 1, text: "other.md" },
    { line: 6, text: "there.md#part" },
    { line: 6, text: "a.png" },
    { line: 8, text: "ref.md" },
  ]);
});

test("code in text and blocks are told apart; a longer fence holds a shorter one", () => {
  expect(page.code.map(({ text }) => text)).toEqual(["code", "[no](link.md)", "npm run x"]);
  expect(page.blocks).toEqual([
    { line: 10, language: "sh", text: "npm run y   # [not](a-link.md)\n" },
    { line: 14, language: "yaml", text: "```\ninner: [x](y.md)\n```\n" },
  ]);
});
