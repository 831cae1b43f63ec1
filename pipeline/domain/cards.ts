import { PipelineError } from "./errors.ts";

/** The nine columns of a flashcard, in file order. */
export const COLUMNS = [
  "position",
  "term",
  "term_number",
  "tab_name",
  "primer",
  "front",
  "back",
  "tags",
  "honorific_level",
] as const;

export const TABS = [
  "Scene",
  "Usage-Comparison",
  "Hanja",
  "Grammar",
  "Formal-Casual",
  "Example",
  "Cultural",
] as const;

export interface FlashcardRow {
  position: number;
  term: string;
  term_number: number;
  tab_name: string;
  primer: string;
  front: string;
  back: string;
  tags: string;
  honorific_level: string;
}

/** The last column may be missing. */
const fewestColumns = COLUMNS.length - 1;

const escapes: Record<string, string> = { "\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\" };
const unescapes: Record<string, string> = { t: "\t", n: "\n", r: "\r", "\\": "\\" };

export const escapeField = (text: string): string =>
  text.replace(/[\t\n\r\\]/g, (found) => escapes[found] ?? found);

const unescapeField = (text: string): string =>
  text.includes("\\")
    ? text.replace(/\\([tnr\\])/g, (_, code: string) => unescapes[code] ?? code)
    : text;

const positive = (text: string): number | undefined => {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : undefined;
};

/** By name; columns that are missing are empty. */
const named = (line: string): Record<(typeof COLUMNS)[number], string> | undefined => {
  const fields = line.split("\t");
  if (fields.length < fewestColumns) return undefined;
  const entries = COLUMNS.map((column, index) => [column, unescapeField(fields[index] ?? "")]);
  return Object.fromEntries(entries) as Record<(typeof COLUMNS)[number], string>;
};

const parseLine = (line: string): FlashcardRow | undefined => {
  const fields = named(line);
  if (!fields?.term || !fields.front || !fields.back) return undefined;
  const position = positive(fields.position);
  const number = positive(fields.term_number);
  return position && number ? { ...fields, position, term_number: number } : undefined;
};

/** Reads the answer of stage 2. Bad lines are skipped; without a good one it is an error. */
export const parseCards = (text: string): FlashcardRow[] => {
  const rows = text
    .split(/\r?\n/)
    .map(parseLine)
    .filter((row) => row !== undefined);
  if (rows.length === 0) throw new PipelineError("Parsing", "stage 2 answered no valid line");
  return rows;
};

/** The 9-column file with its header. */
export const cardsToTsv = (rows: readonly FlashcardRow[]): string =>
  [
    COLUMNS.join("\t"),
    ...rows.map((row) => COLUMNS.map((column) => escapeField(String(row[column]))).join("\t")),
  ]
    .join("\n")
    .concat("\n");

const isKnownTab = (name: string): boolean => (TABS as readonly string[]).includes(name);

/** Validation: what stage 2 said must be about the word that was asked, on tabs we know, one card per tab. */
export const validateCards = (
  rows: readonly FlashcardRow[],
  asked: { term: string; position: number },
): FlashcardRow[] => {
  const byTab = new Map<string, FlashcardRow>();
  for (const row of rows) {
    if (row.term !== asked.term || !isKnownTab(row.tab_name)) continue;
    byTab.set(row.tab_name, { ...row, position: asked.position });
  }
  if (byTab.size === 0)
    throw new PipelineError("Validation", "no card belongs to the word that was asked for");
  return [...byTab.values()];
};
