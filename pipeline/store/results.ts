/**
 * Results of items. Each write is one statement and changes something only the first time: two workers that did the same
 * item (one of them was thought dead) leave the rows, and the counters, of one.
 */
import { type FlashcardRow } from "../domain/cards.ts";
import { type ErrorType } from "../domain/errors.ts";
import { type VocabularyItem } from "../domain/item.ts";
import { type Nuance } from "../domain/nuance.ts";
import { type Database, type Statement } from "./database.ts";

export interface ItemResult {
  nuance: Nuance;
  cards: readonly FlashcardRow[];
  cachedStage1: boolean;
  cachedStage2: boolean;
}

/** A batch that this very write brought to its end. */
export interface EndedBatch {
  id: string;
  status: "completed" | "failed" | "partial";
  total: number;
  seconds: number;
}

const writeNuance = `nuance AS (
  INSERT INTO nuance_data (item_id, nuance) SELECT id, $2::jsonb FROM finished ON CONFLICT DO NOTHING
)`;

const writeCards = `INSERT INTO flashcards
  (item_id, tab_name, position, term, term_number, primer, front, back, tags, honorific_level)
SELECT finished.id, card.tab_name, card.position, card.term, card.term_number, card.primer, card.front, card.back,
  card.tags, card.honorific_level
FROM finished, jsonb_to_recordset($3::jsonb) AS card (tab_name text, position int, term text, term_number int,
  primer text, front text, back text, tags text, honorific_level text)
ON CONFLICT DO NOTHING`;

/** Counts the finished item, and says so when it was the batch's last. A replayed item had been counted as failed. */
const countInBatch = ({
  done,
  failed,
  first,
}: Record<"done" | "failed" | "first", string>): string => `UPDATE import_batches AS batch SET
  done = done + ${done}, failed = failed + ${failed},
  status = CASE
    WHEN done + ${done} + failed + ${failed} < total THEN batch.status
    WHEN failed + ${failed} = 0 THEN 'completed'
    WHEN done + ${done} = 0 THEN 'failed'
    ELSE 'partial' END,
  completed_at = CASE WHEN done + ${done} + failed + ${failed} < total THEN NULL ELSE now() END
FROM finished WHERE batch.id = finished.batch_id
RETURNING batch.id, batch.status, batch.total,
  extract(epoch FROM now() - batch.created_at)::float8 AS seconds, batch.completed_at IS NOT NULL AND ${first} AS ended`;

const completeItem: Statement = {
  name: "complete-item",
  operation: "UPDATE",
  table: "import_batches",
  text: `WITH finished AS (
  UPDATE vocabulary_items AS item SET status = 'completed', error_type = NULL, completed_at = now(),
    cached_stage1 = $4, cached_stage2 = $5
  FROM (SELECT id, status FROM vocabulary_items WHERE id = $1 FOR UPDATE) AS before
  WHERE item.id = before.id AND before.status <> 'completed'
  RETURNING item.id, item.batch_id, (before.status = 'quarantined')::int AS replayed
), ${writeNuance}, cards AS (
  ${writeCards}
)
${countInBatch({ done: "1", failed: "(-finished.replayed)", first: "finished.replayed = 0" })}`,
};

interface Counted {
  id: string;
  status: EndedBatch["status"];
  total: number;
  seconds: number;
  ended: boolean;
}

const ended = ([row]: Counted[]): EndedBatch | undefined =>
  row?.ended
    ? { id: row.id, status: row.status, total: row.total, seconds: row.seconds }
    : undefined;

const values = ({ nuance, cards, cachedStage1, cachedStage2 }: ItemResult): unknown[] => [
  JSON.stringify(nuance),
  JSON.stringify(cards),
  cachedStage1,
  cachedStage2,
];

/** Writes an item of a batch; the batch when it has ended with it. */
export const complete = async (
  database: Database,
  itemId: string,
  result: ItemResult,
): Promise<EndedBatch | undefined> =>
  ended(await database.query<Counted>(completeItem, [itemId, ...values(result)]));

const insertCompleted: Statement = {
  name: "insert-completed-item",
  operation: "INSERT",
  table: "flashcards",
  text: `WITH finished AS (
  INSERT INTO vocabulary_items (request_id, position, term, type, status, completed_at, cached_stage1, cached_stage2)
  VALUES ($1, $6, $7, $8, 'completed', now(), $4, $5)
  ON CONFLICT (request_id) DO NOTHING RETURNING id
), ${writeNuance}
${writeCards}`,
};

/** Writes an item that belongs to no batch, once per request. */
export const completeAlone = async (
  database: Database,
  { requestId, item }: { requestId: string; item: VocabularyItem },
  result: ItemResult,
): Promise<void> => {
  await database.query(insertCompleted, [
    requestId,
    ...values(result),
    item.position,
    item.term,
    item.type,
  ]);
};

const failItem: Statement = {
  name: "fail-item",
  operation: "SELECT",
  table: "vocabulary_items",
  text: `WITH failure AS (
  UPDATE vocabulary_items SET attempts = attempts + 1, error_type = $2,
    status = CASE WHEN attempts + 1 >= $3 THEN 'quarantined' ELSE status END
  WHERE id = $1 AND status = 'pending' RETURNING id, batch_id, attempts, status
), finished AS (
  SELECT id, batch_id FROM failure WHERE status = 'quarantined'
), counted AS (
  ${countInBatch({ done: "0", failed: "1", first: "true" })}
)
SELECT failure.attempts, failure.status = 'quarantined' AS quarantined, counted.id, counted.status, counted.total,
  counted.seconds, coalesce(counted.ended, false) AS ended
FROM vocabulary_items AS item JOIN failure ON failure.id = item.id LEFT JOIN counted ON true`,
};

export interface Failure {
  quarantined: boolean;
  attempts: number;
  ended: EndedBatch | undefined;
}

/** Counts a failure of an item; after the last allowed one the item is quarantined. `undefined`: it was no longer pending. */
export const fail = async (
  database: Database,
  itemId: string,
  { errorType, maxAttempts }: { errorType: ErrorType; maxAttempts: number },
): Promise<Failure | undefined> => {
  const rows = await database.query<Counted & { attempts: number; quarantined: boolean }>(
    failItem,
    [itemId, errorType, maxAttempts],
  );
  const [row] = rows;
  return row && { quarantined: row.quarantined, attempts: row.attempts, ended: ended(rows) };
};

const selectCards: Statement = {
  name: "batch-cards",
  operation: "SELECT",
  table: "flashcards",
  text: `SELECT card.position, card.term, card.term_number, card.tab_name, card.primer, card.front, card.back, card.tags,
  card.honorific_level
FROM flashcards AS card JOIN vocabulary_items AS item ON item.id = card.item_id
WHERE item.batch_id = $1 ORDER BY item.position, card.term_number, card.tab_name`,
};

/** All cards of a batch in the order of its words, however the workers finished them. */
export const readCards = (database: Database, batchId: string): Promise<FlashcardRow[]> =>
  database.query<FlashcardRow>(selectCards, [batchId]);
