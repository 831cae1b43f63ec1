import { expect, test } from "@jest/globals";
import { shareOf } from "./share.ts";

test("a pod's name is its share", () => {
  expect(shareOf("archive-1", 2)).toEqual({ ordinal: 1, archives: 2 });
});

test.each([
  ["without a number", "archive"],
  ["beyond the number of archives", "archive-2"],
])("a name %s ends the start with a sentence", (_what, name) => {
  expect(() => shareOf(name, 2)).toThrow(`POD_NAME ${name} ends with no number below ARCHIVES, 2`);
});
