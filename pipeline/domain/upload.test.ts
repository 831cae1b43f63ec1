import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { WORD_TYPES } from "./item.ts";
import { MAX_REPORTED_ERRORS, readUpload } from "./upload.ts";

describe("columns", () => {
  test.each([
    ["position,term,type\n3,사과,noun\n", "simple", [{ position: 3, term: "사과", type: "noun" }]],
    ["term\tpos\n먹다\tv\n", "standard", [{ position: 1, term: "먹다", type: "verb" }]],
    ["Hangul,Word Type\n빨리,adv\n", "standard", [{ position: 1, term: "빨리", type: "adverb" }]],
    ["\ufeffterm,pos\r\n하나,num\r\n", "strict", [{ position: 1, term: "하나", type: "numeral" }]],
    ["term,pos\n무엇,\n", "standard", [{ position: 1, term: "무엇", type: "unknown" }]],
    [
      'term,pos,notes\n"가, 나",phr,"two\nlines"\n',
      "standard",
      [{ position: 1, term: "가, 나", type: "phrase" }],
    ],
  ] as const)("%j in mode %s", (text, mode, items) => {
    expect(readUpload(text, mode).items).toEqual(items);
  });

  test.each([
    ["strict switches fuzzy matching off", "Hangul,Word Type\n빨리,adv\n", "strict", "term, pos"],
    ["a missing part of speech", "term,meaning\n빨리,fast\n", "standard", "pos"],
    ["an empty file", "", "standard", "empty"],
    ["a broken quote", 'term,pos\n"빨리,adv\n', "standard", "no valid CSV"],
  ] as const)("refuses a file: %s", (...[, text, mode, sentence]) => {
    expect(() => readUpload(text, mode)).toThrow(sentence);
  });
});

describe("rows", () => {
  test("a bad row is reported by its line and left out, without its word", () => {
    const { items, errors } = readUpload(
      `term,pos\n사과,n\n${"가".repeat(101)},n\n배,nonsense\n,n\n`,
    );
    expect(items).toHaveLength(1);
    expect(errors).toEqual([
      { line: 3, field: "term", message: "is longer than 100 characters" },
      { line: 4, field: "pos", message: "is no part of speech we know" },
      { line: 5, field: "term", message: "is empty" },
    ]);
  });

  test("a duplicate is a term and type that came before; the same term of another type is not", () => {
    const { items, duplicates } = readUpload("term,pos\n사과,n\n사과,noun\n사과,v\n");
    expect({ terms: items.length, duplicates }).toEqual({ terms: 2, duplicates: 1 });
  });

  test("all errors are counted, the first thousand are reported", () => {
    const { errors, errorCount } = readUpload(`term,pos\n${",n\n".repeat(1500)}`);
    expect(errorCount).toBe(1500);
    expect(errors).toHaveLength(MAX_REPORTED_ERRORS);
  });

  test("no two items have one position, whatever the file says", () => {
    const row = fc.record({
      position: fc.integer({ min: 1, max: 5 }),
      term: fc.stringMatching(/^[가-힣]{1,4}$/),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
        const text = rows.map(({ position, term }) => `${position},${term},noun`).join("\n");
        const { items } = readUpload(`position,term,type\n${text}\n`);
        expect(new Set(items.map(({ position }) => position)).size).toBe(items.length);
      }),
    );
  });

  test("every row ends as an item, a duplicate or an error", () => {
    const field = fc.constantFrom("", "가", "나", "noun", "v", "?", "가".repeat(101));
    fc.assert(
      fc.property(fc.array(fc.tuple(field, field), { maxLength: 40 }), (rows) => {
        const { items, duplicates, errorCount } = readUpload(
          ["term,pos", ...rows.map(([term, pos]) => `"${term}","${pos}"`)].join("\n"),
        );
        expect(items.length + duplicates + errorCount).toBe(rows.length);
        for (const { type } of items) expect(WORD_TYPES).toContain(type);
      }),
    );
  });
});
