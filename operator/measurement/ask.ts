/** One HTTP question to a backend, with a deadline, a bound on the answer, and errors that say who did not answer. */

export type Fetch = typeof globalThis.fetch;

/** A backend did not answer, or not with what was asked for. Nothing follows from it: look again. */
export class MeasurementError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "MeasurementError";
  }
}

export interface Question {
  /** Who is asked, for the error. */
  who: string;
  url: string;
  /** Form fields; sent as POST, so that long expressions fit. */
  form?: Record<string, string>;
  json?: unknown;
  deadlineMs?: number;
  /** This answer is worth having with a status other than 2xx. */
  accept?: (status: number) => boolean;
}

const DEADLINE_MS = 10_000;
/** More than any answer we can use; a store of years must not fill our memory. */
const MAX_CHARACTERS = 50_000_000;

const bodyOf = ({ form, json }: Question): RequestInit => {
  if (form) return { method: "POST", body: new URLSearchParams(form) };
  if (json === undefined) return {};
  return {
    method: "POST",
    body: JSON.stringify(json),
    headers: { "content-type": "application/json" },
  };
};

/** The parsed JSON of the answer, undefined for an empty one. */
export const ask = async (question: Question, fetch: Fetch): Promise<unknown> => {
  const { who, url, deadlineMs = DEADLINE_MS } = question;
  try {
    const signal = AbortSignal.timeout(deadlineMs);
    const response = await fetch(url, { ...bodyOf(question), signal, redirect: "error" });
    const text = await response.text();
    const fine = response.ok || question.accept?.(response.status);
    if (!fine) throw new Error(`status ${response.status}: ${text.trim().slice(0, 300)}`);
    if (text.length > MAX_CHARACTERS) throw new Error(`${text.length} characters are too many`);
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  } catch (error) {
    throw new MeasurementError(`asking ${who} at ${url}: ${sentence(error)}`, { cause: error });
  }
};

/** `fetch failed` says nothing; its cause does. */
const sentence = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `${error.message}${cause}`;
};
