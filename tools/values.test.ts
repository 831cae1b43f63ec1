import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { root } from "./run.ts";
import { valuesOf } from "./values.ts";

test("a value is told with its path, default and comment, wherever it stands", () => {
  const text = `# First.
a: ""
b:
  # Below,
  # two lines.
  c: [1]
  resources: { d: 1 }
`;
  expect(valuesOf(text)).toEqual([
    { name: "a", standard: '""', says: "First." },
    { name: "b.c", standard: "[1]", says: "Below, two lines." },
    { name: "b.resources", standard: '{"d":1}', says: "" },
  ]);
});

test("every value of the chart has a comment", () => {
  const text = readFileSync(join(root, "charts", "flashcard-otel", "values.yaml"), "utf8");
  expect(valuesOf(text).filter(({ says }) => says === "")).toEqual([]);
});
