import { expect, test } from "@jest/globals";
import { trace } from "@opentelemetry/api";
import { type Database } from "../store/database.ts";
import { expire } from "./expire.ts";

/** Answers with so many rows, statement by statement. */
const answering = (counts: Record<string, number[]>): Database => ({
  query: async ({ name }) =>
    Array.from({ length: counts[name]?.shift() ?? 0 }, () => ({}) as never),
  close: async () => {},
});

test("it goes on until nothing is old enough", async () => {
  const database = answering({ "delete-batches": [100, 100, 7], "delete-items": [3] });
  const tracer = trace.getTracer("test");
  expect(await expire({ database, tracer }, { days: 30, archivedOnly: false })).toEqual({
    batches: 207,
    items: 3,
  });
});

test("what cannot be deleted ends the run with its error", async () => {
  const database: Database = {
    query: () => Promise.reject(new Error("read only")),
    close: async () => {},
  };
  const tracer = trace.getTracer("test");
  await expect(expire({ database, tracer }, { days: 30, archivedOnly: false })).rejects.toThrow(
    "read only",
  );
});
