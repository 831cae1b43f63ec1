/** The schema. Several pods start at once: an advisory lock lets one of them build it, the others wait and find it there. */
import { type Database, type Statement } from "./database.ts";

const lockKey = 4_670_231;

/** One statement, so that it is one transaction: the lock is given back when it ends, whatever happens. */
const schema: Statement = {
  name: "",
  operation: "DO",
  table: "",
  text: `
DO $migration$
BEGIN
  PERFORM pg_advisory_xact_lock(${lockKey});
  CREATE TABLE IF NOT EXISTS import_batches (
    id uuid PRIMARY KEY,
    queue text NOT NULL,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'importing', 'completed', 'failed', 'partial')),
    total integer NOT NULL,
    done integer NOT NULL DEFAULT 0,
    failed integer NOT NULL DEFAULT 0,
    duplicates integer NOT NULL DEFAULT 0,
    errors integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    enqueued_at timestamptz,
    completed_at timestamptz
  );
  CREATE TABLE IF NOT EXISTS vocabulary_items (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch_id uuid REFERENCES import_batches ON DELETE CASCADE,
    request_id uuid UNIQUE,
    position integer NOT NULL,
    term text NOT NULL,
    type text NOT NULL,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'completed', 'quarantined')),
    attempts integer NOT NULL DEFAULT 0,
    error_type text,
    cached_stage1 boolean,
    cached_stage2 boolean,
    completed_at timestamptz,
    UNIQUE (batch_id, position)
  );
  CREATE TABLE IF NOT EXISTS nuance_data (
    item_id bigint PRIMARY KEY REFERENCES vocabulary_items ON DELETE CASCADE,
    nuance jsonb NOT NULL
  );
  CREATE TABLE IF NOT EXISTS flashcards (
    item_id bigint NOT NULL REFERENCES vocabulary_items ON DELETE CASCADE,
    tab_name text NOT NULL,
    position integer NOT NULL,
    term text NOT NULL,
    term_number integer NOT NULL,
    primer text NOT NULL,
    front text NOT NULL,
    back text NOT NULL,
    tags text NOT NULL,
    honorific_level text NOT NULL,
    PRIMARY KEY (item_id, tab_name)
  );
  CREATE TABLE IF NOT EXISTS archived_batches (
    batch_id uuid PRIMARY KEY REFERENCES import_batches ON DELETE CASCADE,
    archive text NOT NULL
  );
  CREATE INDEX IF NOT EXISTS import_batches_unsent ON import_batches (created_at) WHERE enqueued_at IS NULL;
END
$migration$`,
};

export const migrate = async (database: Database): Promise<void> => {
  await database.query(schema);
};
