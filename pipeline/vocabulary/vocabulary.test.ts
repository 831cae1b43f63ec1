import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { MAX_TERM_LENGTH, WORD_TYPES } from "../domain/item.ts";
import { readUpload } from "../domain/upload.ts";

const text = (file: string): string => readFileSync(join(import.meta.dirname, file), "utf8");

const rows = (file: string): string[][] =>
  text(file)
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));

describe.each([
  ["words.csv", 1000],
  ["words-100.csv", 100],
  ["words-5.csv", 5],
])("%s", (file, least) => {
  const all = rows(file);

  test(`holds at least ${least} words, numbered from 1`, () => {
    expect(all.length).toBeGreaterThanOrEqual(least);
    expect(all.map(([position]) => Number(position))).toEqual(all.map((_, index) => index + 1));
  });

  test("names no word twice", () => {
    const terms = all.map(([, term]) => term);
    expect(terms.filter((term, index) => terms.indexOf(term) !== index)).toEqual([]);
  });

  test("is written in Hangul only", () => {
    expect(
      all.map(([, term]) => term ?? "").filter((term) => !/^[가-힣]+( [가-힣]+)*$/.test(term)),
    ).toEqual([]);
  });

  test("gives every word one of the known parts of speech", () => {
    const known: readonly (string | undefined)[] = WORD_TYPES.filter((type) => type !== "unknown");
    expect(all.filter(([, , type]) => !known.includes(type))).toEqual([]);
  });

  test("is accepted whole by our own upload rules", () => {
    const { items, duplicates, errorCount } = readUpload(text(file), "strict");
    expect({ items: items.length, duplicates, errorCount }).toEqual({
      items: all.length,
      duplicates: 0,
      errorCount: 0,
    });
    expect(Math.max(...items.map(({ term }) => term.length))).toBeLessThanOrEqual(MAX_TERM_LENGTH);
  });
});

test("verbs and adjectives stand in their dictionary form", () => {
  const inflected = rows("words.csv").filter(
    ([, term, type]) => /^(verb|adjective)$/.test(type ?? "") && !term?.endsWith("다"),
  );
  expect(inflected).toEqual([]);
});
