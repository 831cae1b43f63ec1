/** Closed sets of label values: what is not in them becomes `other`, so that no word, key or id can become a series. */
import { ERROR_TYPES } from "../domain/errors.ts";
import { MODELS, STAGES } from "../domain/stages.ts";

const sets = {
  model: new Set<string>(Object.values(MODELS)),
  stage: new Set<string>(STAGES),
  errorType: new Set<string>(ERROR_TYPES),
  operation: new Set(["SELECT", "INSERT", "UPDATE", "DELETE", "DO"]),
  table: new Set(["", "import_batches", "vocabulary_items", "flashcards", "archived_batches"]),
  limiter: new Set(["api", "stage1", "stage2"]),
};

export const closed = (set: keyof typeof sets, value: string): string =>
  sets[set].has(value) ? value : "other";
