/** The OpenAI client, reduced to what we ask of a model; its errors become ours. */
import OpenAI, { APIConnectionError, APIError } from "openai";
import { PipelineError } from "../domain/errors.ts";
import { type Usage } from "../domain/stages.ts";

export interface Completion {
  id: string;
  model: string;
  content: string;
  usage: Usage;
}

export type Complete = (request: { model: string; content: string }) => Promise<Completion>;

export const defaults = { temperature: 0.7, maxTokens: 2000, timeoutMs: 30_000 };

const retryAfter = (headers: Headers | undefined): number | undefined => {
  const seconds = Number(headers?.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : undefined;
};

const errorOfStatus = (status: number): "RateLimit" | "Authentication" | "Api" => {
  if (status === 429) return "RateLimit";
  return status === 401 || status === 403 ? "Authentication" : "Api";
};

const classified = (thrown: unknown): PipelineError => {
  if (thrown instanceof APIConnectionError)
    return new PipelineError("Network", "the model cannot be reached", { cause: thrown });
  if (!(thrown instanceof APIError) || thrown.status === undefined) {
    return new PipelineError("Processing", "calling the model", { cause: thrown });
  }
  const status = thrown.status as number;
  return new PipelineError(errorOfStatus(status), `the model answered ${status}`, {
    status,
    retryAfterSeconds: retryAfter(thrown.headers as Headers | undefined),
    cause: thrown,
  });
};

export const createClient = ({
  baseUrl,
  apiKey,
}: {
  baseUrl: string;
  apiKey: string;
}): Complete => {
  const client = new OpenAI({
    apiKey,
    baseURL: baseUrl,
    // Retries happen in retry.ts and nowhere else.
    maxRetries: 0,
    timeout: defaults.timeoutMs,
    defaultHeaders: {
      "HTTP-Referer": "https://flashcard-otel.dev",
      "X-Title": "flashcard pipeline",
    },
  });
  return async ({ model, content }) => {
    try {
      const answer = await client.chat.completions.create({
        model,
        messages: [{ role: "user", content }],
        temperature: defaults.temperature,
        max_tokens: defaults.maxTokens,
      });
      return {
        id: answer.id,
        model: answer.model,
        content: answer.choices[0]?.message.content ?? "",
        usage: {
          inputTokens: answer.usage?.prompt_tokens ?? 0,
          outputTokens: answer.usage?.completion_tokens ?? 0,
        },
      };
    } catch (thrown) {
      throw classified(thrown);
    }
  };
};
