import { z } from "zod";

/** Part of speech, spelled out. */
export const WORD_TYPES = [
  "noun",
  "verb",
  "adjective",
  "adverb",
  "pronoun",
  "numeral",
  "determiner",
  "particle",
  "counter",
  "interjection",
  "phrase",
  "unknown",
] as const;
export type WordType = (typeof WORD_TYPES)[number];

export const MAX_TERM_LENGTH = 100;

const abbreviations: Record<string, WordType> = {
  n: "noun",
  v: "verb",
  adj: "adjective",
  adv: "adverb",
  pron: "pronoun",
  num: "numeral",
  det: "determiner",
  part: "particle",
  int: "interjection",
  phr: "phrase",
};

const known = new Map<string, WordType>([
  ...WORD_TYPES.map((type) => [type, type] as const),
  ...Object.entries(abbreviations),
]);

/** Expands abbreviations; `undefined` for what is no part of speech we know. */
export const wordType = (text: string): WordType | undefined => {
  const word = text.trim().toLowerCase().replace(/\.$/, "");
  return word === "" ? "unknown" : known.get(word);
};

export const itemSchema = z.object({
  position: z.int().positive(),
  term: z.string().trim().min(1).max(MAX_TERM_LENGTH),
  type: z.enum(WORD_TYPES).default("unknown"),
});

/** One word to be made into flashcards. */
export type VocabularyItem = z.infer<typeof itemSchema>;
