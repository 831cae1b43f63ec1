import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { readStatement } from "./sql.ts";

test.each([
  ["SELECT * FROM items WHERE id = $1", "SELECT items"],
  ["select id from public.items", "SELECT public.items"],
  ['SELECT "a" FROM "Odd Name"', "SELECT Odd Name"],
  ["  \n-- a comment with FROM nowhere\nSELECT 1 FROM items", "SELECT items"],
  ["/* FROM nowhere */ SELECT 1 FROM items", "SELECT items"],
  ["SELECT 'FROM nowhere' FROM items", "SELECT items"],
  ["SELECT (SELECT max(id) FROM other) FROM items", "SELECT items"],
  ["SELECT * FROM (SELECT id FROM inner_items) AS x", "SELECT inner_items"],
  ["SELECT 1", "SELECT"],
  ["SELECT pg_sleep(1)", "SELECT"],
  ["SELECT * FROM generate_series(1, 3)", "SELECT generate_series"],
  ["INSERT INTO items (word) VALUES ($1) RETURNING id", "INSERT items"],
  ["INSERT INTO items SELECT * FROM other", "INSERT items"],
  ["UPDATE items SET state = 'done'", "UPDATE items"],
  ["UPDATE ONLY items SET x = 1", "UPDATE items"],
  ["DELETE FROM items WHERE x IN (SELECT id FROM other)", "DELETE items"],
  [
    "WITH next AS (SELECT id FROM items FOR UPDATE SKIP LOCKED) UPDATE items SET a = 1 FROM next",
    "UPDATE items",
  ],
  ["WITH RECURSIVE t AS (SELECT 1) SELECT * FROM t", "SELECT t"],
  ["CREATE TABLE IF NOT EXISTS items (id int)", "CREATE items"],
  ["TRUNCATE TABLE items", "TRUNCATE items"],
  ["BEGIN", "BEGIN"],
  ["begin isolation level serializable", "BEGIN"],
  ["LISTEN channel", "LISTEN"],
  ["", "QUERY"],
  ["???", "QUERY"],
])("%s", (sql, summary) => {
  expect(readStatement(sql).summary).toBe(summary);
});

test("no value of a statement ever becomes part of a name", () => {
  const secret = "s3cr3t_value";
  for (const sql of [
    `SELECT * FROM items WHERE word = '${secret}'`,
    `INSERT INTO items (word) VALUES ('${secret}')`,
    `UPDATE items SET word = $$${secret}$$`,
    `DELETE FROM items WHERE word = 'it''s ${secret}'`,
  ])
    expect(JSON.stringify(readStatement(sql))).not.toContain(secret);
});

test("arbitrary text is read without an error, quickly", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 5000 }), (sql) => {
      expect(readStatement(sql).operation.length).toBeLessThanOrEqual(128);
    }),
  );
  const start = performance.now();
  readStatement(`SELECT ${"(".repeat(4000)}`);
  readStatement(`SELECT ${"'".repeat(4001)}`);
  readStatement(`SELECT ${"$a$".repeat(1500)}x`);
  readStatement(`SELECT ${"/*".repeat(2000)}`);
  readStatement(`SELECT ${'"'.repeat(4001)}`);
  expect(performance.now() - start).toBeLessThan(1000);
});
