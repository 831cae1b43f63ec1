import { expect, test } from "@jest/globals";
import { parseOptions } from "./options.ts";

test("without a word, everything", () => {
  expect(parseOptions([])).toEqual({ json: undefined, filter: "", quick: false });
});

test("each option is taken", () => {
  expect(parseOptions(["--json", "out.json", "--case", "TLS", "--quick"])).toEqual({
    json: "out.json",
    filter: "TLS",
    quick: true,
  });
});

test("an unknown one is refused", () => {
  expect(() => parseOptions(["--slow"])).toThrow("--slow");
});
