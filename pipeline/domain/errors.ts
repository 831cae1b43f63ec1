/** The one error scheme of the pipeline. Every value is from a closed set, so that it may become a metric label. */

export const ERROR_TYPES = [
  "Api",
  "RateLimit",
  "Authentication",
  "Validation",
  "Cache",
  "CircuitBreaker",
  "Network",
  "Database",
  "Parsing",
  "Processing",
  "Ingress",
  "Export",
  "Configuration",
  "RetryExhausted",
] as const;
export type ErrorType = (typeof ERROR_TYPES)[number];

export type Category = "transient" | "permanent" | "degraded" | "system" | "business";
export type Severity = "low" | "medium" | "high" | "critical";

/** What each type means for whoever reacts to it. */
const traits: Record<ErrorType, { category: Category; severity: Severity }> = {
  Api: { category: "transient", severity: "medium" },
  RateLimit: { category: "degraded", severity: "low" },
  Authentication: { category: "permanent", severity: "critical" },
  Validation: { category: "business", severity: "low" },
  Cache: { category: "degraded", severity: "low" },
  CircuitBreaker: { category: "degraded", severity: "high" },
  Network: { category: "degraded", severity: "medium" },
  Database: { category: "system", severity: "high" },
  Parsing: { category: "business", severity: "medium" },
  Processing: { category: "system", severity: "medium" },
  Ingress: { category: "business", severity: "low" },
  Export: { category: "system", severity: "medium" },
  Configuration: { category: "permanent", severity: "critical" },
  RetryExhausted: { category: "transient", severity: "high" },
};

interface Details {
  /** HTTP status of the answer that caused it, shown as `API_<status>`. */
  status?: number | undefined;
  retryAfterSeconds?: number | undefined;
  cause?: unknown;
}

export class PipelineError extends Error {
  readonly type: ErrorType;
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(type: ErrorType, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    this.name = "PipelineError";
    this.type = type;
    this.status = details.status;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }

  get category(): Category {
    return traits[this.type].category;
  }

  get severity(): Severity {
    return traits[this.type].severity;
  }

  get code(): string | undefined {
    return this.status === undefined ? undefined : `API_${this.status}`;
  }
}

/** Anything thrown, as a PipelineError; what nobody classified is a Processing error. */
export const asPipelineError = (error: unknown): PipelineError =>
  error instanceof PipelineError
    ? error
    : new PipelineError("Processing", error instanceof Error ? error.message : String(error), {
        cause: error,
      });

/** A degraded neighbour is nobody's fault: wait and try again, without counting it against the item. */
export const isDegraded = (error: PipelineError): boolean => error.category === "degraded";
