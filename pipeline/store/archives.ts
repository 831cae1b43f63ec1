/** What becomes of batches that are done: they are kept as files by archives, and deleted after a while. */
import { type Database, type Statement } from "./database.ts";

export interface Share {
  /** Which archive this is, from 0, and of how many. */
  ordinal: number;
  archives: number;
}

/** The share of an archive is a property of the batch's id: no two archives ever write the same batch. */
const selectUnarchived: Statement = {
  name: "unarchived-batches",
  operation: "SELECT",
  table: "import_batches",
  text: `SELECT id FROM import_batches
WHERE completed_at IS NOT NULL AND get_byte(uuid_send(id), 0) % $1 = $2
  AND NOT EXISTS (SELECT FROM archived_batches WHERE archived_batches.batch_id = import_batches.id)
ORDER BY completed_at LIMIT 20`,
};

export const unarchivedBatches = (
  database: Database,
  { ordinal, archives }: Share,
): Promise<{ id: string }[]> => database.query(selectUnarchived, [archives, ordinal]);

const insertArchived: Statement = {
  name: "batch-archived",
  operation: "INSERT",
  table: "archived_batches",
  text: `INSERT INTO archived_batches (batch_id, archive) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
};

export const markArchived = async (
  database: Database,
  id: string,
  archive: string,
): Promise<void> => {
  await database.query(insertArchived, [id, archive]);
};

/** Words and cards go with their batch. A few at a time: nobody waits for a lock. */
const deleteBatches: Statement = {
  name: "delete-batches",
  operation: "DELETE",
  table: "import_batches",
  text: `DELETE FROM import_batches WHERE id IN (
  SELECT id FROM import_batches
  WHERE completed_at < now() - make_interval(days => $1)
    AND (NOT $2 OR EXISTS (SELECT FROM archived_batches WHERE archived_batches.batch_id = import_batches.id))
  ORDER BY completed_at LIMIT 100)
RETURNING id`,
};

const deleteItems: Statement = {
  name: "delete-items",
  operation: "DELETE",
  table: "vocabulary_items",
  text: `DELETE FROM vocabulary_items WHERE id IN (
  SELECT id FROM vocabulary_items
  WHERE batch_id IS NULL AND completed_at < now() - make_interval(days => $1) ORDER BY completed_at LIMIT 1000)
RETURNING id`,
};

export interface Retention {
  days: number;
  /** Keeps what no archive has written yet, however old it is. */
  archivedOnly: boolean;
}

/** The next few that are old enough; how many they were. */
export const deleteOldBatches = async (
  database: Database,
  { days, archivedOnly }: Retention,
): Promise<number> => (await database.query(deleteBatches, [days, archivedOnly])).length;

/** The same of words that belong to no batch. */
export const deleteOldItems = async (
  database: Database,
  { days }: Pick<Retention, "days">,
): Promise<number> => (await database.query(deleteItems, [days])).length;
