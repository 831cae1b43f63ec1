import { expect, test } from "@jest/globals";
import { optionsFrom } from "./options.ts";

test("without arguments everything runs, in both module systems", () => {
  expect(optionsFrom([])).toEqual({
    json: undefined,
    scenario: undefined,
    modules: ["esm", "cjs"],
  });
});

test("every option arrives", () => {
  const args = ["--quick", "--scenario", "redis/", "--json", "a.json"];
  expect(optionsFrom(args)).toEqual({ json: "a.json", scenario: "redis/", modules: ["esm"] });
});

test("what is unknown is refused", () => {
  expect(() => optionsFrom(["--fast"])).toThrow("--fast");
});
