/** The samples are other teams' services: the product's own name is all they know of us. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const folder = join(import.meta.dirname, "orders");
const PRODUCT = /flashcard-otel|FlashcardTelemetry/g;
/** The sample pipeline's domain, and where it lives. */
const WORDS = /flashcard|vocabulary|korean|anki|llm|\bpipeline\b|ingest/i;

const files = async (): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
};

test("the orders sample holds no word of the sample pipeline", async () => {
  const names = await files();
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) {
    const text = (await readFile(name, "utf8")).replaceAll(PRODUCT, "");
    expect({ name, word: WORDS.exec(text)?.[0] }).toEqual({ name, word: undefined });
  }
});
