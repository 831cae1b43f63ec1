import { type PipelineError } from "../domain/errors.ts";

export interface RetryOptions {
  attempts: number;
  baseMs: number;
  maxMs: number;
  sleep: (milliseconds: number) => Promise<void>;
  random: () => number;
}

export interface Retried {
  error: PipelineError;
  /** Number of the attempt that failed, from 1. */
  attempt: number;
  backoffMs: number;
}

const retriedStatuses = new Set([429, 500, 502, 503, 504]);

const worthRetrying = (error: PipelineError): boolean =>
  error.type === "Network" || (error.status !== undefined && retriedStatuses.has(error.status));

/** Full jitter keeps callers that failed together from coming back together. The server's own word goes first. */
const backoff = (
  { baseMs, maxMs, random }: RetryOptions,
  { error, attempt }: { error: PipelineError; attempt: number },
): number => {
  const grown = Math.min(maxMs, baseMs * 2 ** (attempt - 1));
  const jittered = grown * (0.5 + random() / 2);
  return error.retryAfterSeconds === undefined
    ? jittered
    : Math.min(maxMs, error.retryAfterSeconds * 1000);
};

/** The only place in the pipeline where a call to the model is repeated. */
export const retrying = async <T>(
  options: RetryOptions,
  call: () => Promise<T>,
  onRetry: (retried: Retried) => void,
): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (thrown) {
      const error = thrown as PipelineError;
      if (attempt >= options.attempts || !worthRetrying(error)) throw error;
      const backoffMs = backoff(options, { error, attempt });
      onRetry({ error, attempt, backoffMs });
      await options.sleep(backoffMs);
    }
  }
};
