import { expect, test } from "@jest/globals";
import { asCalled } from "./called.ts";

const names = ["status", "retry"];
const plugin = asCalled("/home/me/.krew/bin/kubectl-flashcard_otel", names);

test.each([
  ["flashcard-otel status -w", "kubectl flashcard-otel status -w"],
  ["then `flashcard-otel retry`", "then `kubectl flashcard-otel retry`"],
  ["flashcard-otel --help", "kubectl flashcard-otel --help"],
  ["or kubectl flashcard-otel status", "or kubectl flashcard-otel status"],
  ["namespace flashcard-otel is fit", "namespace flashcard-otel is fit"],
  ["cli/flashcard-otel status", "cli/flashcard-otel status"],
])("kubectl's plugin says %s as it is typed", (text, called) => {
  expect(plugin(text)).toBe(called);
});

test("the program under its own name leaves every text as it is", () => {
  const own = asCalled("/usr/bin/flashcard-otel", names);
  expect(own("flashcard-otel status")).toBe("flashcard-otel status");
});
