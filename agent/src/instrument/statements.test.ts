import { expect, test } from "@jest/globals";
import { templates } from "../core/template.ts";
import { databaseOf } from "./statements.ts";

const database = (name: string) => databaseOf({ connectionParameters: { database: name } });

test("connections of one database share what is known of it", () => {
  expect(database("a")).toBe(database("a"));
  expect(database("a")).not.toBe(database("b"));
});

test("databases and statements without end cost no more than a few hundred", () => {
  const known = database("a");
  const first = known.query("SELECT 1 FROM t0");
  for (let at = 0; at < 300; at++) database(`d${at}`).query("SELECT 1 FROM t");
  for (let at = 0; at < 600; at++) known.query(`SELECT 1 FROM t${at}`);
  const before = templates.length;
  for (let at = 300; at < 400; at++) database(`d${at}`).query("SELECT 1 FROM t");
  const other = known.query("SELECT 1 FROM t700");
  expect(known.query("SELECT 1 FROM t701")).toBe(other);
  expect(known.query("SELECT 1 FROM t0")).toBe(first);
  expect(templates.length).toBe(before);
});

test("errors without end are one", () => {
  const { operation } = database("a").query("SELECT 1 FROM t0");
  const fail = (type: string): void => operation.fail(undefined, 0, { type });
  for (let type = 0; type < 60; type++) fail(String(type));
  const before = templates.length;
  for (let type = 60; type < 100; type++) fail(String(type));
  expect(templates.length).toBe(before);
});
