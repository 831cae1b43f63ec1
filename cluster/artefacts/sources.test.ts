import { expect, test } from "@jest/globals";
import { mirrorIn } from "./sources.ts";

test("the mirror is found in the one-line notation", () => {
  expect(
    mirrorIn(
      "# deb http://old/debian x\ndeb [arch=amd64] https://mirror.example/debian bookworm main",
    ),
  ).toBe("https://mirror.example/debian");
});

test("the mirror is found in the notation with fields", () => {
  expect(mirrorIn("Types: deb\nURIs: http://mirror.example/debian/\nSuites: bookworm")).toBe(
    "http://mirror.example/debian/",
  );
});

test("other archives are no Debian mirror", () => {
  expect(
    mirrorIn("deb http://mirror.example/debian-security x main\nURIs: https://other.example/node"),
  ).toBeUndefined();
});
