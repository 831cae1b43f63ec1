import { expect, test } from "@jest/globals";
import { z } from "zod";
import { crd, schema } from "./crd.ts";
import { extend, toStructural } from "./structural.ts";

const json = (type: z.ZodType) => z.toJSONSchema(type, { target: "openapi-3.0", io: "input" });

test("what a structural schema cannot say stops the build and is named", () => {
  const union = json(z.strictObject({ a: z.union([z.string(), z.int()]) }));
  expect(() => toStructural(union)).toThrow("making the schema of spec.a: anyOf is not structural");
});

test("integers are 64 bits wide and keep only limits that somebody set", () => {
  expect(toStructural(json(z.int()))).toEqual({ type: "integer", format: "int64" });
  expect(toStructural(json(z.int().min(1)))).toEqual({
    type: "integer",
    format: "int64",
    minimum: 1,
  });
});

test("records keep the type of their values, objects lose the word that forbids more", () => {
  expect(toStructural(json(z.record(z.string(), z.string())))).toEqual({
    type: "object",
    additionalProperties: { type: "string" },
  });
  expect(toStructural(json(z.strictObject({ a: z.string() })))).toEqual({
    type: "object",
    properties: { a: { type: "string" } },
    required: ["a"],
  });
});

test("a rule at a path that does not exist stops the build", () => {
  expect(() => extend(schema(), ["spec", "nowhere"], {})).toThrow("there is no nowhere");
});

test("status is a subresource and the columns are the promised ones", () => {
  const { versions } = crd().spec as {
    versions: {
      subresources: unknown;
      additionalPrinterColumns: { name: string; priority?: number }[];
    }[];
  };
  expect(versions[0]?.subresources).toEqual({ status: {} });
  const names = versions[0]?.additionalPrinterColumns
    .filter(({ priority }) => !priority)
    .map(({ name }) => name);
  expect(names).toEqual(["Phase", "Next", "Overhead", "Parity", "Failed", "Age"]);
});
