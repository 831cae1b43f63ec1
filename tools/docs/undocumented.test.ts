import { expect, test } from "@jest/globals";
import { checkDuties, fieldsOf, scriptName } from "./undocumented.ts";

test("the fields of a schema, by path", () => {
  const schema = {
    properties: { a: {}, list: { items: { properties: { b: {} } } }, words: { items: {} } },
  };
  expect(fieldsOf(schema, "spec")).toEqual(["spec.a", "spec.list", "spec.list[].b", "spec.words"]);
});

test("scripts as people type them", () => {
  expect([scriptName("", "test"), scriptName("", "demo"), scriptName("agent", "bench")]).toEqual([
    "npm test",
    "npm run demo",
    "npm run bench -w agent",
  ]);
});

test("a longer name does not speak for a shorter one", () => {
  const duties = [{ page: "a.md", names: ["npm run b", "npm run b:c", "npm run d"] }];
  const { count, problems } = checkDuties(duties, () => "`npm run b:c` and npm run d.");
  expect(count).toBe(3);
  expect(problems.map(({ text }) => text)).toEqual(["npm run b"]);
});
