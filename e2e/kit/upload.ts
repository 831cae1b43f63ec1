/** Gives the pipeline work, as its users do. */
import { forward, type Tools } from "./kubectl.ts";
import { NAMESPACE } from "./migration.ts";
import { until } from "./wait.ts";

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

/** Uploads words as CSV and follows the batch to its end; a sentence about it. */
export const upload = async (tools: Tools, words: string): Promise<string> => {
  const api = await forward(tools, { namespace: NAMESPACE, service: "ingest-api", port: 8080 });
  try {
    const headers = { "content-type": "text/csv" };
    const { batchId } = await json<{ batchId: string }>(`${api.url}/batches`, {
      method: "POST",
      headers,
      body: words,
    });
    const batch = await until(
      { what: `batch ${batchId} being processed`, seconds: 300, everyMs: 1000 },
      async () => {
        const seen = await json<Batch>(`${api.url}/batches/${batchId}`);
        return seen.done + seen.failed >= seen.total ? seen : undefined;
      },
    );
    return `${batch.done} of ${batch.total} words done, ${batch.failed} failed`;
  } finally {
    api.stop();
  }
};
