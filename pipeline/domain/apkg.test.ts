import { expect, test } from "@jest/globals";
import { DatabaseSync } from "node:sqlite";
import { unzipSync } from "fflate";
import { cardsToApkg } from "./apkg.ts";
import { type FlashcardRow } from "./cards.ts";

const rows: FlashcardRow[] = ["Scene", "Hanja"].map((tab_name) => ({
  position: 1,
  term: "사과",
  term_number: 1,
  tab_name,
  primer: "p",
  front: tab_name,
  back: "b",
  tags: "a,b",
  honorific_level: "",
}));

const collectionOf = (file: Uint8Array): DatabaseSync => {
  const { "collection.anki2": bytes } = unzipSync(file);
  const database = new DatabaseSync(":memory:");
  database.deserialize(bytes ?? new Uint8Array());
  return database;
};

test("a package holds one note and one card per flashcard, in a deck of its own", () => {
  const database = collectionOf(
    cardsToApkg(rows, { deckName: "Korean", now: new Date(1_800_000_000_000) }),
  );
  expect(
    database
      .prepare("SELECT count(*) AS cards FROM cards JOIN notes ON notes.id = cards.nid")
      .get(),
  ).toEqual({ cards: 2 });
  expect(database.prepare("SELECT flds, tags FROM notes ORDER BY id LIMIT 1").get()).toEqual({
    flds: "p<br>Scene\u001fb",
    tags: " a b ",
  });
  const { ver, decks } = database.prepare("SELECT ver, decks FROM col").get() as {
    ver: number;
    decks: string;
  };
  expect(ver).toBe(11);
  expect(
    Object.values(JSON.parse(decks) as Record<string, { name: string }>).map(({ name }) => name),
  ).toContain("Korean");
});

test("a card keeps its identity from export to export", () => {
  const guids = (now: number): unknown[] =>
    collectionOf(cardsToApkg(rows, { deckName: "Korean", now: new Date(now) }))
      .prepare("SELECT guid FROM notes")
      .all();
  expect(guids(1)).toEqual(guids(2));
});
