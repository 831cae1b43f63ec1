/** What pg and ioredis have in common: an operation's templates and durations, and how a finished call is written. */
import { now } from "../core/clock.ts";
import { errorType } from "../core/exception.ts";
import { recordChild, withExtra } from "../core/ring.ts";
import { records } from "../core/sampling.ts";
import { nextChild, type Scope } from "../core/span.ts";
import { CLIENT, register } from "../core/template.ts";
import { databaseDuration } from "../metrics/own.ts";
import type { HistogramSeries } from "../metrics/series.ts";

interface Outcome {
  template: number;
  duration: HistogramSeries;
}

const ERRORS = 50;

/** One kind of statement or command on one server. */
export class Operation {
  private readonly name: string;
  private readonly attributes: Record<string, string | number>;
  private readonly succeeded: Outcome;
  private readonly failures = new Map<string, Outcome>();

  constructor(name: string, attributes: Record<string, string | number>) {
    this.name = name;
    this.attributes = attributes;
    this.succeeded = this.outcome();
  }

  succeed(scope: Scope | undefined, start: number): void {
    write(this.succeeded, scope, start);
  }

  fail(scope: Scope | undefined, start: number, error: unknown): void {
    const type = errorType(error);
    let outcome = this.failures.get(type);
    if (outcome === undefined) {
      outcome = this.outcome(this.failures.size < ERRORS ? type : "_OTHER");
      if (this.failures.size < ERRORS) this.failures.set(type, outcome);
    }
    write(outcome, scope, start);
  }

  private outcome(error?: string): Outcome {
    const attributes =
      error === undefined ? this.attributes : { ...this.attributes, "error.type": error };
    const shape = { name: this.name, kind: CLIENT, error: error !== undefined };
    return {
      // A SQLSTATE or Redis reply code is the response's status as well.
      template: register({
        ...shape,
        attributes: { ...attributes, "db.response.status_code": error },
      }),
      duration: databaseDuration.histogram(metricAttributes(attributes)),
    };
  }
}

/** `db.query.summary` is as varied as the queries; as a metric attribute it would only repeat operation and collection. */
function metricAttributes(
  attributes: Record<string, string | number>,
): Record<string, string | number> {
  const { "db.query.summary": _, ...rest } = attributes;
  return rest;
}

function write({ template, duration }: Outcome, scope: Scope | undefined, start: number): void {
  duration.record((now() - start) / 1e3);
  const span = scope?.span;
  if (span === null || span === undefined || !records(span)) return;
  if (scope?.bag?.attributes) withExtra(scope.bag.attributes);
  recordChild(template, span, nextChild(span), start);
}
