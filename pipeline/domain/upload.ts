/** Reads an uploaded word list: CSV or TSV with at least a term and a part of speech. */
import { parse } from "csv-parse/sync";
import { PipelineError } from "./errors.ts";
import { MAX_TERM_LENGTH, type VocabularyItem, wordType } from "./item.ts";

export const MODES = ["simple", "standard", "strict"] as const;
export type Mode = (typeof MODES)[number];

export const MAX_REPORTED_ERRORS = 1000;

export interface RowError {
  /** Line of the file, the header being line 1. */
  line: number;
  field: string;
  message: string;
}

export interface Upload {
  items: VocabularyItem[];
  duplicates: number;
  /** All of them are counted, the first thousand are reported. */
  errorCount: number;
  errors: RowError[];
}

type Column = "position" | "term" | "pos";

/** Names by which each column goes. `strict` takes the first ones only. */
const names: Record<Mode, Record<Column, readonly string[]>> = {
  simple: { position: ["position"], term: ["term"], pos: ["pos", "type"] },
  strict: { position: ["position"], term: ["term"], pos: ["pos", "type"] },
  standard: {
    position: ["position", "pos_no", "no", "number", "index", "id", "rank"],
    term: ["term", "word", "hangul", "korean", "vocabulary", "단어"],
    pos: ["pos", "type", "word_type", "part_of_speech", "class", "품사"],
  },
};

/** Only `strict` insists on the exact spelling of a header. */
const normalised = (header: string, mode: Mode): string =>
  mode === "strict"
    ? header
    : header
        .trim()
        .toLowerCase()
        .replace(/[\s-]+/g, "_");

const delimiterOf = (text: string): string =>
  text.slice(0, text.search(/\r?\n|$/)).includes("\t") ? "\t" : ",";

const readTable = (text: string): string[][] => {
  try {
    return parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (cause) {
    throw new PipelineError(
      "Ingress",
      `the file is no valid CSV or TSV: ${(cause as Error).message.slice(0, 120)}`,
      {
        cause,
      },
    );
  }
};

const findColumns = (header: readonly string[], mode: Mode): Record<Column, number> => {
  const present = header.map((name) => normalised(name, mode));
  const at = (column: Column): number =>
    present.findIndex((name) => names[mode][column].includes(name));
  const columns = { position: at("position"), term: at("term"), pos: at("pos") };
  const missing = (["term", "pos"] as const).filter((column) => columns[column] < 0);
  if (missing.length > 0) {
    throw new PipelineError(
      "Ingress",
      `required columns are missing: ${missing.join(", ")} (mode ${mode})`,
    );
  }
  return columns;
};

type Refusal = Omit<RowError, "line">;

const checkTerm = (term: string): Refusal | undefined => {
  if (term === "") return { field: "term", message: "is empty" };
  if (term.length > MAX_TERM_LENGTH)
    return { field: "term", message: `is longer than ${MAX_TERM_LENGTH} characters` };
  return undefined;
};

const readPosition = (text: string | undefined, fallback: number): number | undefined => {
  if (text === undefined || text === "") return fallback;
  const position = Number(text);
  return Number.isInteger(position) && position > 0 ? position : undefined;
};

const readRow = (
  row: readonly string[],
  columns: Record<Column, number>,
  fallback: number,
): VocabularyItem | Refusal => {
  const term = (row[columns.term] ?? "").trim();
  const refusal = checkTerm(term);
  if (refusal) return refusal;
  const type = wordType(row[columns.pos] ?? "");
  if (!type) return { field: "pos", message: "is no part of speech we know" };
  const position = readPosition(row[columns.position], fallback);
  if (position === undefined) return { field: "position", message: "is no positive whole number" };
  return { position, term, type };
};

/** Two rows of one position would overwrite each other's cards: the later one moves behind the last. */
const distinctPositions = (items: readonly VocabularyItem[]): VocabularyItem[] => {
  let highest = items.reduce((max, { position }) => Math.max(max, position), 0);
  const taken = new Set<number>();
  return items.map((item) => {
    const position = taken.has(item.position) ? (highest += 1) : item.position;
    taken.add(position);
    return { ...item, position };
  });
};

/** Throws an Ingress error when the file as a whole is unfit; rows that are unfit are left out and reported. */
export const readUpload = (text: string, mode: Mode = "standard"): Upload => {
  const [header, ...rows] = readTable(text);
  if (!header) throw new PipelineError("Ingress", "the file is empty");
  const columns = findColumns(header, mode);
  const unique = new Map<string, VocabularyItem>();
  const errors: RowError[] = [];
  let duplicates = 0;
  for (const [index, row] of rows.entries()) {
    const read = readRow(row, columns, index + 1);
    if ("message" in read) {
      errors.push({ line: index + 2, ...read });
      continue;
    }
    const key = `${read.term}:${read.type}`;
    if (unique.has(key)) duplicates += 1;
    else unique.set(key, read);
  }
  return {
    items: distinctPositions([...unique.values()]),
    duplicates,
    errorCount: errors.length,
    errors: errors.slice(0, MAX_REPORTED_ERRORS),
  };
};
