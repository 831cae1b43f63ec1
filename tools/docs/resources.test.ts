import { expect, test } from "@jest/globals";
import { readPage } from "./markdown.ts";
import { checkResources } from "./resources.ts";

const whyNot = (yaml: string): string[] =>
  checkResources([readPage("a.md", `\`\`\`yaml\n${yaml}\n\`\`\`\n`)]).problems.map(
    ({ why }) => why,
  );

const RESOURCE =
  "kind: FlashcardTelemetry\nspec: { target: Retired, components: [{ name: a, target: { name: a } }] }";

test.each([
  ["a resource", RESOURCE],
  ["something else", "kind: ConfigMap"],
  ["the second of two documents", `kind: ConfigMap\n---\n${RESOURCE}`],
])("%s is fine", (_, yaml) => {
  expect(whyNot(yaml)).toEqual([]);
});

test.each([
  [
    "a field that is not there",
    RESOURCE.replace("target: Retired", "aim: Retired"),
    /target.*aim/s,
  ],
  ["a parity map without version", "rows: []", /version undefined/],
  ["no YAML", "a: [", /./],
])("%s is not", (_, yaml, why) => {
  expect(whyNot(yaml)).toEqual([expect.stringMatching(why)]);
});
