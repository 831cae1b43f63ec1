/** One completion: limiter, breaker, retry, model, in this order. Told to the monitoring as one call, however often it was tried. */
import { type Span, SpanKind, type Tracer } from "@opentelemetry/api";
import { asPipelineError, PipelineError } from "../domain/errors.ts";
import { costUsd, type LlmStage, MODELS } from "../domain/stages.ts";
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

interface Request<T> {
  stage: LlmStage;
  content: string;
  /** Reads the answer; what cannot be read is a failed call, though it was paid for. */
  parse: (content: string) => T;
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

/** 429 and the breaker stay what they are: the caller waits for them. Anything else that survived all attempts is exhausted. */
const final = (error: PipelineError, attempts: number): PipelineError =>
  attempts > 1 && error.type === "Api"
    ? new PipelineError(
        "RetryExhausted",
        `${attempts} attempts failed, the last with ${error.code ?? error.type}`,
        {
          status: error.status,
          cause: error,
        },
      )
    : error;

export const createCompletions = (dependencies: CompletionDependencies) => {
  const { complete, limiter, breaker, retry, monitor, health, tracer, log, seconds } = dependencies;

  const call = async <T>({ stage, content, parse }: Request<T>, span: Span): Promise<T> => {
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
    const report = (error?: PipelineError): void => {
      const elapsed = seconds() - start;
      const usage = answer?.usage;
      const failure = error && { errorType: error.type, status: error.status };
      monitor.apiCall({
        model,
        seconds: elapsed,
        usage,
        costUsd: usage && costUsd(usage),
        ...failure,
      });
      health({ seconds: elapsed, success: !error });
      const fields = {
        event: "api.call",
        stage,
        model,
        duration_ms: Math.round(elapsed * 1000),
        success: !error,
        attempt: attempts,
      };
      if (error)
        log.warn(
          { ...fields, error_type: error.type, error_code: error.code },
          "model call failed",
        );
      else log.info(fields, "model call");
    };
    try {
      answer = await breaker.execute(() =>
        retrying(retry, () => complete({ model, content }), onRetry),
      );
      describe(span, answer);
      const parsed = parse(answer.content);
      report();
      return parsed;
    } catch (thrown) {
      const error = asPipelineError(thrown);
      report(error);
      throw final(error, attempts);
    }
  };

  return async <T>(request: Request<T>): Promise<T> => {
    await limiter.take(request.stage);
    const attributes = requestAttributes(MODELS[request.stage]);
    return withSpan(
      tracer,
      { name: "api.create_completion", kind: SpanKind.CLIENT, attributes },
      (span) => call(request, span),
    );
  };
};

export type RunCompletion = ReturnType<typeof createCompletions>;
