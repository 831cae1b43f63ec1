/** Gives the pipeline real work before the migration starts: the whole vocabulary, as one batch. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { forward, type Tools } from "../e2e/kit/kubectl.ts";
import { NAMESPACE } from "../e2e/kit/migration.ts";
import { until } from "../e2e/kit/wait.ts";
import { root } from "../tools/run.ts";

interface Batch {
  status: string;
  total: number;
  done: number;
  failed: number;
}

const json = async <T>(url: string, init?: RequestInit): Promise<T> => {
  const response = await fetch(url, init);
  if (!response.ok)
    throw new Error(
      `${init?.method ?? "GET"} ${url} answered ${response.status}: ${(await response.text()).slice(0, 300)}`,
    );
  return (await response.json()) as T;
};

/** Uploads `pipeline/vocabulary/words.csv` and follows the batch to its end; a sentence about it. */
export const uploadVocabulary = async (tools: Tools): Promise<string> => {
  const api = await forward(tools, { namespace: NAMESPACE, service: "ingest-api", port: 8080 });
  try {
    const body = await readFile(join(root, "pipeline", "vocabulary", "words.csv"), "utf8");
    const headers = { "content-type": "text/csv" };
    const { batchId } = await json<{ batchId: string }>(`${api.url}/batches`, {
      method: "POST",
      headers,
      body,
    });
    const batch = await until(
      { what: `batch ${batchId} being processed`, seconds: 300, everyMs: 1000 },
      async () => {
        const seen = await json<Batch>(`${api.url}/batches/${batchId}`);
        return seen.done + seen.failed >= seen.total ? seen : undefined;
      },
    );
    return `vocabulary processed: ${batch.done} of ${batch.total} words, ${batch.failed} failed`;
  } finally {
    api.stop();
  }
};
