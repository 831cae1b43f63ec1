/** Labels of statements are written by hand; here the agent's reading of the text checks them. */
import { expect, test } from "@jest/globals";
import { readStatement } from "../../agent/src/instrument/sql.ts";
import { closed } from "../telemetry/closed.ts";
import { deleteOldBatches, deleteOldItems, markArchived, unarchivedBatches } from "./archives.ts";
import {
  createBatch,
  lostBatches,
  markEnqueued,
  readBatch,
  readItems,
  unsentBatches,
} from "./batches.ts";
import { type Database, type Statement } from "./database.ts";
import { migrate } from "./migrate.ts";
import { complete, completeAlone, fail, readCards } from "./results.ts";
import { nuanceOf } from "../mock-llm/answers.ts";

const collected = async (): Promise<Statement[]> => {
  const statements: Statement[] = [];
  const database: Database = {
    query: async (statement) => {
      statements.push(statement);
      return [];
    },
    close: async () => {},
  };
  const item = { position: 1, term: "사과", type: "noun" } as const;
  const result = { nuance: nuanceOf(item), cards: [], cachedStage1: false, cachedStage2: false };
  const which = { queue: "q", olderThanSeconds: 1 };
  await migrate(database);
  await createBatch(database, { id: "1", queue: "q", items: [item], duplicates: 0, errors: 0 });
  await markEnqueued(database, "1");
  await unsentBatches(database, which);
  await lostBatches(database, which);
  await readBatch(database, "1");
  await readItems(database, "1");
  await complete(database, "1", result);
  await completeAlone(database, { requestId: "1", item }, result);
  await fail(database, "1", { errorType: "Api", maxAttempts: 3 });
  await readCards(database, "1");
  await unarchivedBatches(database, { ordinal: 0, archives: 1 });
  await markArchived(database, "1", "archive-0");
  await deleteOldBatches(database, { days: 30, archivedOnly: true });
  await deleteOldItems(database, { days: 30 });
  return statements;
};

test("both kinds of monitoring say the same of every statement", async () => {
  const statements = await collected();
  expect(statements).toHaveLength(15);
  for (const { operation, table, text } of statements) {
    expect({ operation, table }).toEqual({
      operation: readStatement(text).operation,
      table: readStatement(text).collection,
    });
  }
});

test("every statement's labels are in the closed sets", async () => {
  for (const { operation, table } of await collected()) {
    expect([closed("operation", operation), closed("table", table)]).toEqual([operation, table]);
  }
});
