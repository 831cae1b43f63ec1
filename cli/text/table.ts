/** Rows of cells -> lines whose columns stand under each other, two blanks apart, as kubectl prints them. Pure. */
import { stripVTControlCharacters } from "node:util";

/** Columns that a text takes, without its colours. */
export const widthOf = (text: string): number => stripVTControlCharacters(text).length;

export const pad = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - widthOf(text)));

export const table = (rows: readonly (readonly string[])[]): string[] => {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, index) =>
    Math.max(0, ...rows.map((row) => widthOf(row[index] ?? ""))),
  );
  return rows.map((row) =>
    row
      .map((cell, index) => pad(cell, index === row.length - 1 ? 0 : (widths[index] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
};
