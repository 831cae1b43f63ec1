import { expect, test } from "@jest/globals";
import { readPage } from "./markdown.ts";
import { checkResources } from "./resources.ts";

const whyNot = (text: string, language = "yaml"): string[] =>
  checkResources([readPage("a.md", `\`\`\`${language}\n${text}\n\`\`\`\n`)]).problems.map(
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

test("JavaScript must be well formed, other languages are not read", () => {
  expect(whyNot('import a from "a";\nexport const b = a;', "js")).toEqual([]);
  expect(whyNot("const = 1;", "js")).toEqual([expect.stringMatching(/Expected identifier/)]);
  expect(whyNot("const = 1;", "c")).toEqual([]);
});
