import { type FlashcardRow } from "./cards.ts";

const field = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll("\t", " ")
    .replace(/\r?\n/g, "<br>");

const line = (row: FlashcardRow): string => {
  const front = row.primer ? `${field(row.primer)}<br>${field(row.front)}` : field(row.front);
  const tags = row.tags.split(/[\s,]+/).filter((tag) => tag !== "");
  return [front, field(row.back), tags.join(" ")].join("\t");
};

/** A file for Anki's text import: front (primer and front), back, tags separated by spaces. */
export const cardsToAnki = (rows: readonly FlashcardRow[], deck: string): string =>
  ["#separator:tab", "#html:true", `#deck:${deck}`, "#tags column:3", ...rows.map(line)]
    .join("\n")
    .concat("\n");
