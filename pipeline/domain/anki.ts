import { type FlashcardRow } from "./cards.ts";

const field = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll("\t", " ")
    .replace(/\r?\n/g, "<br>");

/** Front (primer and front), back and tags of a card, as HTML. */
export const ankiFields = (row: FlashcardRow): { front: string; back: string; tags: string[] } => ({
  front: row.primer ? `${field(row.primer)}<br>${field(row.front)}` : field(row.front),
  back: field(row.back),
  tags: row.tags.split(/[\s,]+/).filter((tag) => tag !== ""),
});

const line = (row: FlashcardRow): string => {
  const { front, back, tags } = ankiFields(row);
  return [front, back, tags.join(" ")].join("\t");
};

/** A file for Anki's text import: one card per line, tags separated by spaces. */
export const cardsToAnki = (rows: readonly FlashcardRow[], deck: string): string =>
  ["#separator:tab", "#html:true", `#deck:${deck}`, "#tags column:3", ...rows.map(line)]
    .join("\n")
    .concat("\n");
