/** What pg and ioredis have in common: an operation's templates and durations, and how a finished call is written. */
import { now } from "../core/clock.ts";
import { recordChild, withExtra } from "../core/ring.ts";
import { records } from "../core/sampling.ts";
import { keepsCalls, observesAll, weight } from "../core/shed.ts";
import { nextChild, type Scope, type Span } from "../core/span.ts";
import { CLIENT, register } from "../core/template.ts";
import { databaseDuration } from "../metrics/own.ts";
import { isDrawn } from "../metrics/exemplars.ts";
import type { Series } from "../metrics/series.ts";

interface Outcome {
  template: number;
  duration: Series;
}

export interface Failure {
  /** `error.type` */
  type: string;
  /** What the server answered: an SQLSTATE, or the first word of a Redis error. */
  reply?: string;
}

const ERRORS = 50;
/** All beyond the limit. */
const OTHER: Failure = { type: "_OTHER" };

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

  fail(scope: Scope | undefined, start: number, failure: Failure): void {
    const known = this.failures.get(failure.type);
    if (known !== undefined) return write(known, scope, start);
    if (this.failures.size >= ERRORS && failure.type !== OTHER.type)
      return this.fail(scope, start, OTHER);
    const built = this.outcome(failure);
    this.failures.set(failure.type, built);
    write(built, scope, start);
  }

  private outcome(failure?: Failure): Outcome {
    const attributes =
      failure === undefined ? this.attributes : { ...this.attributes, "error.type": failure.type };
    const shape = { name: this.name, kind: CLIENT, error: failure !== undefined };
    return {
      template: register({
        ...shape,
        attributes: { ...attributes, "db.response.status_code": failure?.reply },
      }),
      duration: databaseDuration.series(metricAttributes(attributes)),
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
  if (scope === undefined && !observesAll) return;
  const end = now();
  const span = scope === undefined ? null : recordedOf(scope);
  duration.record(
    (end - start) / 1e3,
    weight,
    span !== null && isDrawn() ? { span, at: end } : null,
  );
  if (span === null || !keepsCalls) return;
  if (scope?.bag?.attributes) withExtra(scope.bag.attributes);
  recordChild(template, span, nextChild(span), start, end);
}

const recordedOf = ({ span }: Scope): Span | null => (span !== null && records(span) ? span : null);
