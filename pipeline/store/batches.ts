import { type VocabularyItem } from "../domain/item.ts";
import { type Database, type Statement } from "./database.ts";

export interface NewBatch {
  id: string;
  queue: string;
  items: readonly VocabularyItem[];
  duplicates: number;
  errors: number;
}

/** An item as the queue needs it. */
export interface StoredItem extends VocabularyItem {
  id: string;
}

export interface BatchState {
  id: string;
  status: "pending" | "importing" | "completed" | "failed" | "partial";
  total: number;
  done: number;
  failed: number;
  duplicates: number;
  errors: number;
}

export interface ItemState extends VocabularyItem {
  id: string;
  status: "pending" | "completed" | "quarantined";
  attempts: number;
  error_type: string | null;
}

/** Batch and items in one statement: a batch without its items can never be seen. */
const insertBatch: Statement = {
  name: "insert-batch",
  operation: "INSERT",
  table: "vocabulary_items",
  text: `WITH batch AS (
  INSERT INTO import_batches (id, queue, total, duplicates, errors) VALUES ($1, $2, cardinality($5::int[]), $3, $4) RETURNING id
)
INSERT INTO vocabulary_items (batch_id, position, term, type)
SELECT batch.id, word.position, word.term, word.type
FROM batch, unnest($5::int[], $6::text[], $7::text[]) AS word (position, term, type)
RETURNING id::text, position, term, type`,
};

export const createBatch = (database: Database, batch: NewBatch): Promise<StoredItem[]> =>
  database.query<StoredItem>(insertBatch, [
    batch.id,
    batch.queue,
    batch.duplicates,
    batch.errors,
    batch.items.map(({ position }) => position),
    batch.items.map(({ term }) => term),
    batch.items.map(({ type }) => type),
  ]);

const updateEnqueued: Statement = {
  name: "batch-enqueued",
  operation: "UPDATE",
  table: "import_batches",
  text: `UPDATE import_batches
SET enqueued_at = now(), status = CASE WHEN status = 'pending' THEN 'importing' ELSE status END
WHERE id = $1`,
};

export const markEnqueued = async (database: Database, id: string): Promise<void> => {
  await database.query(updateEnqueued, [id]);
};

const selectUnsent: Statement = {
  name: "unsent-batches",
  operation: "SELECT",
  table: "import_batches",
  text: `SELECT id, total FROM import_batches
WHERE queue = $1 AND enqueued_at IS NULL AND created_at < now() - make_interval(secs => $2) ORDER BY created_at LIMIT 10`,
};

/** Batches whose creator died between writing them and handing them to the queue. */
export const unsentBatches = (
  database: Database,
  { queue, olderThanSeconds }: { queue: string; olderThanSeconds: number },
): Promise<{ id: string; total: number }[]> =>
  database.query(selectUnsent, [queue, olderThanSeconds]);

const selectLost: Statement = {
  name: "lost-batches",
  operation: "SELECT",
  table: "import_batches",
  text: `SELECT id, total FROM import_batches
WHERE queue = $1 AND status = 'importing' AND enqueued_at < now() - make_interval(secs => $2) ORDER BY created_at LIMIT 10`,
};

/** Batches that are not done although they were handed over: only to be asked while the queue is empty. */
export const lostBatches = (
  database: Database,
  { queue, olderThanSeconds }: { queue: string; olderThanSeconds: number },
): Promise<{ id: string; total: number }[]> =>
  database.query(selectLost, [queue, olderThanSeconds]);

const selectBatch: Statement = {
  name: "batch",
  operation: "SELECT",
  table: "import_batches",
  text: `SELECT id, status, total, done, failed, duplicates, errors FROM import_batches WHERE id = $1`,
};

export const readBatch = async (database: Database, id: string): Promise<BatchState | undefined> =>
  (await database.query<BatchState>(selectBatch, [id]))[0];

const selectItems: Statement = {
  name: "batch-items",
  operation: "SELECT",
  table: "vocabulary_items",
  text: `SELECT id::text, position, term, type, status, attempts, error_type FROM vocabulary_items
WHERE batch_id = $1 ORDER BY position`,
};

export const readItems = (database: Database, batchId: string): Promise<ItemState[]> =>
  database.query<ItemState>(selectItems, [batchId]);
