/* oxlint-disable max-params -- one call per manual span; an object of parameters would be one more to allocate. */
/** The API's tracer: manual spans are real objects, with the same ids, sampling and ring as everything else. */
import type {
  Context,
  Span as ApiSpan,
  SpanOptions,
  Tracer,
  TracerProvider,
} from "@opentelemetry/api";
import { fromTimeInput, now } from "../core/clock.ts";
import { current, ROOT, runIn, scopeOf } from "../core/context.ts";
import { Details } from "../core/details.ts";
import {
  FLAGS,
  HAS_PARENT,
  identity,
  P0,
  P1,
  random32,
  REMOTE,
  T0,
  T1,
  T2,
  T3,
  type Identity,
} from "../core/ids.ts";
import { failed } from "../core/guard.ts";
import { beginTrace, records } from "../core/sampling.ts";
import { Span, UNOBSERVED, type Scope } from "../core/span.ts";
import { began, isWordObserved, observesAll } from "../core/shed.ts";
import { stats } from "../core/stats.ts";
import { muted, silent } from "../core/switch.ts";
import { entered, left } from "../core/timing.ts";
import { OWN, scopeNumber } from "../core/scopes.ts";
import { CONSUMER, SERVER } from "../core/template.ts";
import { nameOf } from "../core/values.ts";
import { Names } from "./names.ts";

const NONE: SpanOptions = {};
const ids = identity();

function childOf(parent: Span, into: Identity): void {
  into[T0] = parent.t0;
  into[T1] = parent.t1;
  into[T2] = parent.t2;
  into[T3] = parent.t3;
  into[P0] = parent.s0;
  into[P1] = parent.s1;
  into[FLAGS] = (parent.flags & ~REMOTE) | HAS_PARENT | (isRemote(parent) ? REMOTE : 0);
}

/** An adopted span stands for one elsewhere: its own id is its parent's. */
const isRemote = ({ s0, p0, s1, p1, flags }: Span): boolean =>
  s0 === p0 && s1 === p1 && (flags & REMOTE) !== 0;

const scopeFrom = (context: unknown): Scope =>
  context === undefined ? (current() ?? ROOT) : scopeOf(context as Context);

/** Whatever the application passes, its call returns a span. */
function startSpan(
  names: Names,
  name: string,
  options: SpanOptions | undefined | null,
  scope: Scope,
): Span {
  const since = entered();
  const span = safely(names, name, options ?? NONE, scope);
  left(since);
  return span;
}

function safely(names: Names, name: string, options: SpanOptions, scope: Scope): Span {
  try {
    const span = start(options, scope);
    if (span !== scope.span && span.recording) describe(span, names, nameOf(name), options);
    return span;
  } catch (error) {
    failed(error);
    return UNOBSERVED;
  }
}

function start(options: SpanOptions, scope: Scope): Span {
  const parent = options.root === true ? null : scope.span;
  if (!observesAll && !isObserved(parent, options)) return UNOBSERVED;
  // Of an unsampled trace nothing is recorded: the parent itself stands for it, so that callees see an id that exists.
  if (parent !== null && !records(parent)) return parent;
  if (parent === null) beginTrace(ids);
  else childOf(parent, ids);
  const span = new Span(ids, fromTimeInput(options.startTime, now()), scope.bag);
  span.rest = scope.rest;
  span.state = parent === null ? "" : parent.state;
  span.recording = records(span);
  if (span.recording && (parent === null || isRemote(parent))) begin(span);
  return span;
}

/**
 * While requests go unobserved, inner work without a parent here is part of such a one: only who serves or consumes begins
 * something, and is decided on by its trace, where it has one already.
 */
function isObserved(parent: Span | null, { kind }: SpanOptions): boolean {
  if (parent !== null && !isRemote(parent)) return parent !== UNOBSERVED;
  if (!begins(kind)) return false;
  const observed = isWordObserved(parent === null ? random32() : parent.t3);
  if (!observed) stats.unobserved++;
  return observed;
}

function begin(span: Span): void {
  span.begins = true;
  began();
}

function describe(
  span: Span,
  names: Names,
  name: string,
  { kind: given, attributes, links }: SpanOptions,
): void {
  const kind = kindOf(given);
  const template = names.template(kind, name);
  span.template = template ?? names.withoutName(kind);
  if (template === undefined) (span.details = new Details()).name = name;
  if (attributes) span.setAttributes(attributes);
  if (links) span.addLinks(links);
}

/** The API counts from 0, OTLP from 1; what is no kind at all is internal. */
const kindOf = (given: unknown): number =>
  given === 1 || given === 2 || given === 3 || given === 4 ? given + 1 : 1;

/** While nothing is looked at, only what begins something may become the exception. */
const isOut = (options: SpanOptions | undefined | null): boolean =>
  muted && (silent || !begins(options?.kind));

const begins = (kind: unknown): boolean => kindOf(kind) === SERVER || kindOf(kind) === CONSUMER;

type Work = (span: ApiSpan) => unknown;

const createTracer = (names: Names): Tracer =>
  ({
    startSpan: (name, options, context) =>
      isOut(options) ? UNOBSERVED : startSpan(names, name, options, scopeFrom(context)),

    startActiveSpan: (
      name: string,
      ...rest: [Work] | [SpanOptions, Work] | [SpanOptions, Context, Work]
    ) => {
      const work = rest[rest.length - 1] as Work;
      if (typeof work !== "function") return undefined;
      const options = rest.length > 1 ? (rest[0] as SpanOptions) : undefined;
      if (isOut(options)) return work(UNOBSERVED);
      const scope = scopeFrom(rest.length > 2 ? rest[1] : undefined);
      const span = startSpan(names, name, options, scope);
      if (span === UNOBSERVED) return work(span);
      // A new span is its own scope: it carries the baggage and values it was started under.
      return runIn(span === scope.span ? scope : span, work, [span]);
    },
  }) as Tracer;

/** Of the agent itself. */
export const ownTracer = createTracer(new Names(OWN));

/** By the number of their scope. */
const tracers: Tracer[] = [];

export const tracerProvider: TracerProvider = {
  getTracer: (name, version) => {
    const scope = scopeNumber(nameOf(name), nameOf(version));
    return (tracers[scope] ??= createTracer(new Names(scope)));
  },
};
