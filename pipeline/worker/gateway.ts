/** The gateway as the worker sees it. What it cannot do now (limit, breaker, restart) is told apart from what it cannot do at all. */
import { type FlashcardRow } from "../domain/cards.ts";
import { ERROR_TYPES, type ErrorType, PipelineError } from "../domain/errors.ts";
import { type VocabularyItem } from "../domain/item.ts";
import { type Nuance } from "../domain/nuance.ts";

export interface Gateway {
  stage1: (item: VocabularyItem) => Promise<{ result: Nuance; cached: boolean }>;
  stage2: (request: {
    position: number;
    term: string;
    stage1: Nuance;
  }) => Promise<{ rows: FlashcardRow[]; cached: boolean }>;
}

/** Longer than the gateway's own attempts can take. */
const timeoutMs = 120_000;

const errorOf = async (response: Response): Promise<PipelineError> => {
  const body = (await response.json().catch(() => ({}))) as {
    error?: { type?: string; message?: string };
  };
  const told = ERROR_TYPES.find((type) => type === body.error?.type);
  const type: ErrorType =
    told ?? (response.status === 503 || response.status === 502 ? "Network" : "Api");
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new PipelineError(type, body.error?.message ?? `the gateway answered ${response.status}`, {
    status: response.status,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
  });
};

export const createGateway = (url: string): Gateway => {
  const post = async <T>(path: string, body: unknown): Promise<T> => {
    let response: Response;
    try {
      response = await fetch(url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (cause) {
      throw new PipelineError("Network", "the gateway cannot be reached", { cause });
    }
    if (!response.ok) throw await errorOf(response);
    return (await response.json()) as T;
  };
  return {
    stage1: ({ position, term, type }) => post("/v1/stage1", { position, term, type }),
    stage2: (request) => post("/v1/stage2", request),
  };
};
