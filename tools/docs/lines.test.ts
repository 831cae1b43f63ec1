import { expect, test } from "@jest/globals";
import { commandsOf, spanOf } from "./lines.ts";

const page = `# Start

\`\`\`sh
before
\`\`\`

## kind

Words.

\`\`\`sh
# for people
one --a \\
  --b
two | three
\`\`\`

\`\`\`yaml
not: this
\`\`\`

\`\`\`sh
four
\`\`\`

## After

\`\`\`sh
five
\`\`\`
`;

test("the commands below a heading, in order, each in one piece", () => {
  expect(commandsOf(page, "kind")).toEqual(["one --a   --b", "two | three", "four"]);
});

test("a section is from its heading up to the next one, or to the end", () => {
  expect(spanOf(page, "kind")).toEqual({ from: 7, to: 26 });
  expect(spanOf("# One\n## Two\nthree", "Two")).toEqual({ from: 2, to: 4 });
});

test("a heading that is not there has none", () => {
  expect(commandsOf(page, "minikube")).toEqual([]);
});
