import { expect, test } from "@jest/globals";
import { stale } from "./generate.ts";

test("every generated file is what its sources say (npm run generate)", async () => {
  expect(await stale()).toEqual([]);
});
