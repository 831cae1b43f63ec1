import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { PROFILES } from "../migration/schema.ts";
import { annotationValue, parseAnnotation } from "./annotation.ts";

const asked = fc.record({
  profile: fc.constantFrom(...PROFILES),
  hash: fc.stringMatching(/^[0-9a-f]{10}$/),
  container: fc.option(fc.stringMatching(/^[a-z]([-a-z0-9]{0,10}[a-z0-9])?$/), { nil: undefined }),
  repair: fc.nat(1000),
});

test("what is written is read back", () => {
  fc.assert(
    fc.property(asked, (request) => {
      expect(parseAnnotation(annotationValue(request))).toEqual(request);
    }),
  );
});

test("a plain request is just profile and hash", () => {
  const request = { profile: "Lean", hash: "0123456789", container: undefined, repair: 0 } as const;
  expect(annotationValue(request)).toBe("lean@0123456789");
});

test("parameters of a newer operator are passed over", () => {
  expect(parseAnnotation("lean@0123456789;colour=red;container=app")).toMatchObject({
    container: "app",
  });
});

test.each([
  "",
  "lean",
  "lean@",
  "Lean@0123456789",
  "lean@0123456789;",
  "lean@0123456789;x=;",
  "lean@01234567890",
])("%j is no request", (value) => {
  expect(parseAnnotation(value)).toBeUndefined();
});
