/** One completion: limiter, breaker, retry, model, in this order. Told to the monitoring as one call, however often it was tried. */
import { type Span, SpanKind, type Tracer } from "@opentelemetry/api";
import { asPipelineError, PipelineError } from "../domain/errors.ts";
import { costUsd, type LlmStage, MODELS, type Usage } from "../domain/stages.ts";
import { type Log } from "../legacy/log.ts";
import { type Monitor } from "../telemetry/monitor.ts";
import { withSpan } from "../telemetry/spans.ts";
import { type Breaker } from "./breaker.ts";
import { type Complete, type Completion, defaults } from "./client.ts";
import { type Limiter } from "./limiter.ts";
import { type Retried, retrying, type RetryOptions } from "./retry.ts";

export interface CompletionDependencies {
  complete: Complete;
  limiter: Limiter;
  breaker: Breaker;
  retry: RetryOptions;
  monitor: Monitor;
  health: (call: { seconds: number; success: boolean }) => void;
  tracer: Tracer;
  log: Log;
  seconds: () => number;
}

export interface Request<T> {
  stage: LlmStage;
  content: string;
  /** Reads the answer; what cannot be read is a failed call, though it was paid for. */
  parse: (content: string) => T;
}

export type RunCompletion = <T>(request: Request<T>) => Promise<T>;

/** How one call went. */
interface Outcome {
  stage: LlmStage;
  seconds: number;
  attempts: number;
  usage: Usage | undefined;
  error: PipelineError | undefined;
}

const requestAttributes = (model: string) => ({
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "openrouter",
  "gen_ai.request.model": model,
  "gen_ai.request.temperature": defaults.temperature,
  "gen_ai.request.max_tokens": defaults.maxTokens,
});

const describe = (span: Span, { id, model, usage }: Completion): void => {
  span.setAttributes({
    "gen_ai.response.id": id,
    "gen_ai.response.model": model,
    "gen_ai.usage.input_tokens": usage.inputTokens,
    "gen_ai.usage.output_tokens": usage.outputTokens,
  });
};

/** 429 and the breaker stay what they are: the caller waits for them. What survived all attempts otherwise is exhausted. */
const final = (error: PipelineError, attempts: number): PipelineError =>
  attempts > 1 && error.type === "Api"
    ? new PipelineError(
        "RetryExhausted",
        `${attempts} attempts failed, the last with ${error.code ?? error.type}`,
        { status: error.status, cause: error },
      )
    : error;

const report = ({ monitor, health, log }: CompletionDependencies, outcome: Outcome): void => {
  const { stage, seconds, attempts, usage, error } = outcome;
  const model = MODELS[stage];
  const failure = error && { errorType: error.type, status: error.status };
  monitor.apiCall({ model, seconds, usage, costUsd: usage && costUsd(usage), ...failure });
  health({ seconds, success: !error });
  const fields = {
    event: "api.call",
    stage,
    model,
    duration_ms: Math.round(seconds * 1000),
    success: !error,
    attempt: attempts,
  };
  if (!error) return log.info(fields, "model call");
  return log.warn(
    { ...fields, error_type: error.type, error_code: error.code },
    "model call failed",
  );
};

const call = async <T>(
  dependencies: CompletionDependencies,
  { stage, content, parse }: Request<T>,
  span: Span,
): Promise<T> => {
  const { complete, breaker, retry, monitor, seconds } = dependencies;
  const model = MODELS[stage];
  const start = seconds();
  let answer: Completion | undefined;
  let attempts = 1;
  const onRetry = ({ error, attempt, backoffMs }: Retried): void => {
    attempts = attempt + 1;
    span.addEvent("retry", {
      retry_count: attempt,
      status_code: error.status ?? 0,
      backoff_ms: Math.round(backoffMs),
    });
    monitor.apiRetry({ model, status: error.status });
  };
  const outcome = (error?: PipelineError): Outcome => ({
    stage,
    seconds: seconds() - start,
    attempts,
    usage: answer?.usage,
    error,
  });
  try {
    answer = await breaker.execute(() =>
      retrying(retry, () => complete({ model, content }), onRetry),
    );
    describe(span, answer);
    const parsed = parse(answer.content);
    report(dependencies, outcome());
    return parsed;
  } catch (thrown) {
    const error = asPipelineError(thrown);
    report(dependencies, outcome(error));
    throw final(error, attempts);
  }
};

export const createCompletions =
  (dependencies: CompletionDependencies): RunCompletion =>
  async (request) => {
    await dependencies.limiter.take(request.stage);
    const operation = {
      name: "api.create_completion",
      kind: SpanKind.CLIENT,
      attributes: requestAttributes(MODELS[request.stage]),
    };
    return withSpan(dependencies.tracer, operation, (span) => call(dependencies, request, span));
  };
