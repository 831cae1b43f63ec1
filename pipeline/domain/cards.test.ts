import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { cardsToAnki } from "./anki.ts";
import { cardsToTsv, type FlashcardRow, parseCards, validateCards } from "./cards.ts";

const row = (changes: Partial<FlashcardRow> = {}): FlashcardRow => ({
  position: 1,
  term: "사과",
  term_number: 1,
  tab_name: "Scene",
  primer: "say it",
  front: "front",
  back: "back",
  tags: "scene,noun",
  honorific_level: "neutral",
  ...changes,
});

describe("the answer of stage 2", () => {
  test("bad lines are skipped and eight columns are enough", () => {
    const text = [
      "position\tterm",
      "1\t사과\t1\tScene\tp\tf\tb\tt",
      "x\t사과\t1\tScene\tp\tf\tb\tt\tn",
      "",
    ].join("\n");
    expect(parseCards(text)).toEqual([
      row({ primer: "p", front: "f", back: "b", tags: "t", honorific_level: "" }),
    ]);
  });

  test("without a valid line it is a parsing error", () => {
    expect(() => parseCards("I would rather talk about the weather.")).toThrow("no valid line");
  });

  test("what is written is read back, tabs and newlines included", () => {
    const text = fc.stringMatching(/^[a-z\t\n\r\\가-힣]{1,20}$/);
    const rows = fc.array(fc.record({ front: text, back: text, primer: text }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(rows, (changes) => {
        const cards = changes.map(row);
        expect(parseCards(cardsToTsv(cards))).toEqual(cards);
      }),
    );
  });
});

describe("validation", () => {
  test("cards of another word and of unknown tabs are left out, one card stays per tab, with our position", () => {
    const rows = [
      row(),
      row({ front: "second" }),
      row({ term: "배" }),
      row({ tab_name: "Nonsense" }),
      row({ tab_name: "Hanja" }),
    ];
    const cards = validateCards(rows, { term: "사과", position: 7 });
    expect(cards.map(({ tab_name, front, position }) => [tab_name, front, position])).toEqual([
      ["Scene", "second", 7],
      ["Hanja", "front", 7],
    ]);
  });

  test("without a card of the word it is a validation error", () => {
    expect(() => validateCards([row({ term: "배" })], { term: "사과", position: 1 })).toThrow(
      "no card belongs",
    );
  });
});

test("Anki gets primer and front together, markup escaped, tags separated by spaces", () => {
  const lines = cardsToAnki([row({ front: "a<b\nc", tags: "scene, noun" })], "deck").split("\n");
  expect(lines.slice(0, 4)).toEqual([
    "#separator:tab",
    "#html:true",
    "#deck:deck",
    "#tags column:3",
  ]);
  expect(lines[4]).toBe("say it<br>a&lt;b<br>c\tback\tscene noun");
});
