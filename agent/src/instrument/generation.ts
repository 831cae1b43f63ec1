/** One call of a model, from request to the end of its answer: a span and the numbers of `gen_ai.client.*`. */
import type { Attributes, SpanStatus } from "@opentelemetry/api";
import { ownTracer } from "../api/tracer.ts";
import { now } from "../core/clock.ts";
import { current } from "../core/context.ts";
import { errorType } from "../core/exception.ts";
import { failed } from "../core/guard.ts";
import type { Span } from "../core/span.ts";
import { meters } from "../metrics/registry.ts";
import { OWN_SCOPE, seconds } from "../metrics/own.ts";
import { Counted } from "../metrics/journal.ts";
import { providerOf } from "./provider.ts";

const SECONDS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
const TOKENS = Array.from({ length: 14 }, (_, power) => 4 ** power);

const duration = new Counted(seconds("gen_ai.client.operation.duration", SECONDS));
const tokens = new Counted(
  meters.instrument(OWN_SCOPE, {
    name: "gen_ai.client.token.usage",
    kind: "histogram",
    unit: "{token}",
    bounds: TOKENS,
  }),
);

/** What is read of an answer or of a part of one, in the words of chat, completions, embeddings and responses. */
export interface Answer {
  id?: unknown;
  model?: unknown;
  usage?: Record<string, unknown> | null;
  choices?: { finish_reason?: unknown }[];
  /** Of a part of a streamed response: what it is a part of. */
  response?: Answer;
}

const OPERATION = "gen_ai.operation.name";

/** Operations whose calls the application tells about itself: a span of ours would be the same once more, and numbers would count twice. */
const told = new Set<string>();

/** Found out at the first span that says so, and true from then on: other calls may be in spans that are not recorded. */
export function isTold(operation: string): boolean {
  if (told.has(operation)) return true;
  if (current()?.span?.details?.attributes.includes(OPERATION) !== true) return false;
  told.add(operation);
  return true;
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
const number = (value: unknown): number | undefined =>
  typeof value === "number" ? value : undefined;

export class Generation {
  /** Null where nothing is recorded; the numbers are counted all the same. */
  readonly span: Span | null;
  private readonly shared: Attributes;
  private readonly start = now();
  private open = true;
  private id: string | undefined;
  private model: string | undefined;
  private input: number | undefined;
  private output: number | undefined;
  private reasons: string[] = [];

  constructor(operation: string, baseUrl: string, request: Record<string, unknown>) {
    const model = text(request["model"]);
    this.shared = { [OPERATION]: operation, ...providerOf(baseUrl) };
    if (model !== undefined) this.shared["gen_ai.request.model"] = model;
    this.span = started(model === undefined ? operation : `${operation} ${model}`, {
      ...this.shared,
      ...settings(request),
    });
  }

  /** Something of the answer has arrived. */
  part(part: Answer): void {
    try {
      this.read(part);
    } catch (error) {
      failed(error);
    }
  }

  end(answer?: Answer): void {
    if (typeof answer === "object" && answer !== null) this.part(answer);
    this.close();
  }

  fail(error: unknown): void {
    const { status } = (error ?? {}) as { status?: unknown };
    this.close(typeof status === "number" ? String(status) : errorType(error));
  }

  private read({ id, model, usage, choices, response }: Answer): void {
    if (response !== undefined) this.read(response);
    this.id ??= text(id);
    this.model ??= text(model);
    if (usage) this.count(usage);
    if (!Array.isArray(choices)) return;
    for (const { finish_reason: reason } of choices)
      if (typeof reason === "string") this.reasons.push(reason);
  }

  private count(usage: Record<string, unknown>): void {
    this.input = number(usage["prompt_tokens"] ?? usage["input_tokens"]) ?? this.input;
    this.output = number(usage["completion_tokens"] ?? usage["output_tokens"]) ?? this.output;
  }

  private close(error?: string): void {
    if (!this.open) return;
    this.open = false;
    try {
      this.measure(error);
      if (this.span !== null) this.write(this.span, error);
    } catch (fault) {
      failed(fault);
    }
  }

  private measure(error: string | undefined): void {
    const shared =
      this.model === undefined
        ? this.shared
        : { ...this.shared, "gen_ai.response.model": this.model };
    const outcome = error === undefined ? shared : { ...shared, "error.type": error };
    duration.note((now() - this.start) / 1e3, outcome);
    if (this.input !== undefined)
      tokens.note(this.input, { ...shared, "gen_ai.token.type": "input" });
    if (this.output !== undefined)
      tokens.note(this.output, { ...shared, "gen_ai.token.type": "output" });
  }

  private write(span: Span, error: string | undefined): void {
    span.setAttributes({
      "gen_ai.response.id": this.id,
      "gen_ai.response.model": this.model,
      "gen_ai.usage.input_tokens": this.input,
      "gen_ai.usage.output_tokens": this.output,
      "gen_ai.response.finish_reasons": this.reasons.length > 0 ? this.reasons : undefined,
      "error.type": error,
    });
    if (error !== undefined) span.setStatus(FAILED as SpanStatus);
    span.end();
  }
}

/** Of the API, whose enumerations are no part of the agent. */
const CLIENT: object = { kind: 2 };
const FAILED: object = { code: 2 };

function started(name: string, attributes: Attributes): Span | null {
  const span = ownTracer.startSpan(name, { ...CLIENT, attributes });
  return span.isRecording() && span !== current()?.span ? (span as Span) : null;
}

const SETTINGS = [
  ["gen_ai.request.temperature", "temperature"],
  ["gen_ai.request.top_p", "top_p"],
  ["gen_ai.request.max_tokens", "max_tokens"],
  ["gen_ai.request.max_tokens", "max_completion_tokens"],
  ["gen_ai.request.max_tokens", "max_output_tokens"],
] as const;

function settings(request: Record<string, unknown>): Attributes {
  const found: Attributes = {};
  for (const [attribute, field] of SETTINGS) {
    const value = number(request[field]);
    if (value !== undefined) found[attribute] = value;
  }
  return found;
}
