/** Writes the batches of one archive's share that are done, as files that outlive them. */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Tracer } from "@opentelemetry/api";
import { cardsToTsv } from "../domain/cards.ts";
import { type Log } from "../legacy/log.ts";
import { markArchived, type Share, unarchivedBatches } from "../store/archives.ts";
import { type Database } from "../store/database.ts";
import { readCards } from "../store/results.ts";
import { withSpan } from "../telemetry/spans.ts";

export interface Archive {
  database: Database;
  tracer: Tracer;
  log: Log;
  folder: string;
  /** Of the pod; the database remembers who has a batch. */
  name: string;
  share: Share;
}

export const fileOf = ({ folder }: Pick<Archive, "folder">, id: string): string =>
  join(folder, `${id}.tsv`);

/** One round; how many batches it wrote. A crash between file and row writes the same file again. */
export const archiveDue = (archive: Archive): Promise<number> => {
  const { database, tracer, log, name, share } = archive;
  return withSpan(tracer, { name: "pipeline.archive" }, async () => {
    const due = await unarchivedBatches(database, share);
    for (const { id } of due) {
      const file = fileOf(archive, id);
      // Nobody ever reads half a file.
      await writeFile(`${file}.part`, cardsToTsv(await readCards(database, id)));
      await rename(`${file}.part`, file);
      await markArchived(database, id, name);
      log.info({ event: "batch.archived", batch_id: id }, "batch archived");
    }
    return due.length;
  });
};
