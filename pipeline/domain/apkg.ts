/** An Anki package: a zip of a SQLite collection (schema 11, which every Anki reads) and an empty list of media. */
import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { strToU8, zipSync } from "fflate";
import { ankiFields } from "./anki.ts";
import { type FlashcardRow } from "./cards.ts";

const tables = `
CREATE TABLE col (id integer PRIMARY KEY, crt integer, mod integer, scm integer, ver integer, dty integer, usn integer,
  ls integer, conf text, models text, decks text, dconf text, tags text);
CREATE TABLE notes (id integer PRIMARY KEY, guid text, mid integer, mod integer, usn integer, tags text, flds text,
  sfld text, csum integer, flags integer, data text);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer, did integer, ord integer, mod integer, usn integer, type integer,
  queue integer, due integer, ivl integer, factor integer, reps integer, lapses integer, left integer, odue integer,
  odid integer, flags integer, data text);
CREATE TABLE revlog (id integer PRIMARY KEY, cid integer, usn integer, ease integer, ivl integer, lastIvl integer,
  factor integer, time integer, type integer);
CREATE TABLE graves (usn integer, oid integer, type integer);
CREATE INDEX ix_notes_usn ON notes (usn);
CREATE INDEX ix_cards_usn ON cards (usn);
CREATE INDEX ix_cards_nid ON cards (nid);
CREATE INDEX ix_cards_sched ON cards (did, queue, due);
CREATE INDEX ix_revlog_cid ON revlog (cid);
CREATE INDEX ix_notes_csum ON notes (csum);`;

const MODEL = 1_700_000_000_001;
const DECK = 1_700_000_000_002;
const separator = "\u001f";

const field = (name: string, ord: number) => ({
  name,
  ord,
  sticky: false,
  rtl: false,
  font: "Arial",
  size: 20,
});

const models = (mod: number) => ({
  [MODEL]: {
    id: MODEL,
    name: "Flashcard pipeline",
    type: 0,
    mod,
    usn: -1,
    sortf: 0,
    did: DECK,
    flds: [field("Front", 0), field("Back", 1)],
    tmpls: [
      {
        name: "Card",
        ord: 0,
        qfmt: "{{Front}}",
        afmt: "{{FrontSide}}<hr id=answer>{{Back}}",
        did: null,
        bqfmt: "",
        bafmt: "",
      },
    ],
    css: ".card { font-family: sans-serif; font-size: 20px; text-align: center; }",
    latexPre: "",
    latexPost: "",
    req: [[0, "any", [0]]],
  },
});

const deck = (id: number, name: string, mod: number) => ({
  id,
  name,
  mod,
  usn: -1,
  desc: "",
  dyn: 0,
  conf: 1,
  collapsed: false,
  browserCollapsed: false,
  extendNew: 0,
  extendRev: 0,
  newToday: [0, 0],
  revToday: [0, 0],
  lrnToday: [0, 0],
  timeToday: [0, 0],
});

const deckOptions = {
  1: {
    id: 1,
    name: "Default",
    mod: 0,
    usn: 0,
    maxTaken: 60,
    autoplay: true,
    timer: 0,
    replayq: true,
    dyn: false,
    new: {
      bury: true,
      delays: [1, 10],
      initialFactor: 2500,
      ints: [1, 4, 7],
      order: 1,
      perDay: 20,
    },
    rev: { bury: true, ease4: 1.3, fuzz: 0.05, ivlFct: 1, maxIvl: 36_500, perDay: 200 },
    lapse: { delays: [10], leechAction: 0, leechFails: 8, minInt: 1, mult: 0 },
  },
};

const settings = {
  curDeck: DECK,
  activeDecks: [DECK],
  nextPos: 1,
  sortType: "noteFld",
  sortBackwards: false,
};

const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");

interface Collection {
  deckName: string;
  now: Date;
}

const insertCollection = (database: DatabaseSync, { deckName, now }: Collection): void => {
  const mod = Math.floor(now.getTime() / 1000);
  const decks = { 1: deck(1, "Default", mod), [DECK]: deck(DECK, deckName, mod) };
  const documents = [settings, models(mod), decks, deckOptions, {}].map((value) =>
    JSON.stringify(value),
  );
  database
    .prepare("INSERT INTO col VALUES (1, ?, ?, ?, 11, 0, 0, 0, ?, ?, ?, ?, ?)")
    .run(mod, now.getTime(), now.getTime(), ...documents);
};

/** The same card in a later export has the same guid, so that Anki updates it instead of adding another one. */
const insertCards = (database: DatabaseSync, rows: readonly FlashcardRow[], now: Date): void => {
  const mod = Math.floor(now.getTime() / 1000);
  const note = database.prepare("INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, ?, 0, '')");
  const card = database.prepare(
    "INSERT INTO cards VALUES (?, ?, ?, 0, ?, -1, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')",
  );
  for (const [index, row] of rows.entries()) {
    const id = now.getTime() + index;
    const { front, back, tags } = ankiFields(row);
    const guid = sha1(`${row.term}:${row.tab_name}`).slice(0, 10);
    const checksum = Number.parseInt(sha1(front).slice(0, 8), 16);
    note.run(
      id,
      guid,
      MODEL,
      mod,
      ` ${tags.join(" ")} `,
      front + separator + back,
      front,
      checksum,
    );
    card.run(id, id, DECK, mod, index + 1);
  }
};

export const cardsToApkg = (rows: readonly FlashcardRow[], collection: Collection): Uint8Array => {
  const database = new DatabaseSync(":memory:");
  try {
    database.exec(tables);
    insertCollection(database, collection);
    insertCards(database, rows, collection.now);
    return zipSync({ "collection.anki2": database.serialize(), media: strToU8("{}") });
  } finally {
    database.close();
  }
};
