/** The schema of the parity map says what its reader says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parseParityMap } from "@flashcard-otel/verdict/paritymap.ts";
import { parse } from "yaml";
import { z } from "zod";

const root = join(import.meta.dirname, "../..");
const text = (path: string): string => readFileSync(join(root, path), "utf8");
type Schema = Parameters<typeof z.fromJSONSchema>[0];
const schema = z.fromJSONSchema(JSON.parse(text("docs/parity.schema.json")) as Schema);

const accepts = (map: unknown): [schema: boolean, reader: boolean] => [
  schema.safeParse(map).success,
  !("refused" in parseParityMap(map)),
];

test.each(["charts/flashcards/files/parity.yaml"])("%s is a map", (path) => {
  expect(accepts(parse(text(path)))).toEqual([true, true]);
});

const row = {
  row: "1",
  kind: "counter",
  legacy: "old_total",
  otel: "new_total",
  path: "otlp",
  unitFactor: 1,
  labels: { a: "b" },
  tolerancePercent: 1,
};
const { otel: _otel, ...alone } = row;
const { labels: _labels, ...without } = row;

test.each<[string, boolean, unknown]>([
  ["the shortest row", true, row],
  ["a dropped row without a successor", true, { ...alone, dropped: "nobody looks" }],
  ["no successor", false, alone],
  ["no labels", false, without],
  ["an unknown field", false, { ...row, colour: "red" }],
  ["a kind that does not exist", false, { ...row, kind: "summary" }],
  ["a factor of zero", false, { ...row, unitFactor: 0 }],
  ["a negative tolerance", false, { ...row, tolerancePercent: -1 }],
  ["labels that are no map of texts", false, { ...row, labels: { a: 1 } }],
  ["values that are no maps", false, { ...row, values: { a: "b" } }],
  ["its spans", true, { ...row, spans: { where: { "span.name": ["get", "set"] }, labels: {} } }],
  [
    "its spans in other words, of pods by another label",
    true,
    { ...row, spans: { where: {}, labels: {}, values: { a: { b: "c" } }, podLabel: "instance" } },
  ],
  ["spans without a place", false, { ...row, spans: { labels: {} } }],
  ["spans of no value", false, { ...row, spans: { where: { a: [] }, labels: {} } }],
  ["spans with an unknown field", false, { ...row, spans: { where: {}, labels: {}, kind: "x" } }],
])("%s", (_what, fine, one) => {
  expect(accepts({ version: 1, rows: [one] })).toEqual([fine, fine]);
});

test.each([
  [true, { "batch.id": "many", stage: "few" }],
  [false, { stage: "some" }],
  [false, ["stage"]],
])("attributes of the applications: %s for %j", (fine, attributes) => {
  expect(accepts({ version: 1, rows: [row], attributes })).toEqual([fine, fine]);
});

test("another version is refused", () => {
  expect(accepts({ version: 2, rows: [] })).toEqual([false, false]);
});
