import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { parseCards, validateCards } from "../domain/cards.ts";
import { WORD_TYPES } from "../domain/item.ts";
import { parseNuance } from "../domain/nuance.ts";
import { cardsAnswer, ipaOf, nuanceOf } from "./answers.ts";
import { createMood, forced } from "./behaviour.ts";

const item = fc.record({
  position: fc.integer({ min: 1, max: 10_000 }),
  term: fc.stringMatching(/^[가-힣]{1,50}( [가-힣]{1,49})?$/),
  type: fc.constantFrom(...WORD_TYPES),
});

describe("answers", () => {
  test("are valid in both stages for every word, and always the same", () => {
    fc.assert(
      fc.property(item, (word) => {
        const nuance = parseNuance(JSON.stringify(nuanceOf(word)));
        expect(nuanceOf(word)).toEqual(nuance);
        const cards = validateCards(parseCards(cardsAnswer({ ...word, nuance })), word);
        expect(cards.map(({ tab_name }) => tab_name)).toEqual([
          "Scene",
          "Usage-Comparison",
          "Hanja",
        ]);
      }),
    );
  });

  test("spell a word by its syllables", () => {
    expect(ipaOf("한국")).toBe("[han.kuk̚]");
  });
});

describe("behaviour", () => {
  test.each([0, 0.1, 0.25, 1])("an error rate of %d fails exactly that share", (errorRate) => {
    const mood = createMood({ latencyMs: 0, errorRate, rateLimitRate: 0 });
    const answers = Array.from({ length: 100 }, () => mood.next());
    expect(answers.filter((status) => status === 500)).toHaveLength(errorRate * 100);
  });

  test("changes at run time, and what a change leaves out stays", () => {
    const mood = createMood({ latencyMs: 5, errorRate: 0, rateLimitRate: 0 });
    expect(mood.change({ rateLimitRate: 1 })).toEqual({
      latencyMs: 5,
      errorRate: 0,
      rateLimitRate: 1,
    });
    expect(mood.next()).toBe(429);
    expect(() => mood.change({ errorRate: 2 })).toThrow();
  });

  test.each([
    ["오류가", 1, 500],
    ["반오류", 1, 200],
    ["반오류", 2, 500],
    ["한도", 1, 429],
    ["깨짐", 1, "garbage"],
    ["사과", 2, 200],
  ] as const)("%s in stage %i is %s", (term, stage, status) => {
    expect(forced(term, stage)).toBe(status);
  });
});
