/**
 * What is current in an asynchronous context: a span, baggage, and whatever else the application put there.
 *
 * A Scope is the API's Context. A Span is a Scope of its own: work done inside it has it as parent. There is one object per
 * incoming request or manual span and none for database or outgoing calls; those are children written straight into the ring.
 */
import type {
  Attributes,
  Context,
  Exception,
  Link,
  Span as ApiSpan,
  SpanContext,
  SpanStatus,
  TimeInput,
} from "@opentelemetry/api";
import { bagFromApi, type Bag } from "./bag.ts";
import { fromTimeInput, now } from "./clock.ts";
import { Details, entriesOf } from "./details.ts";
import { hexOf } from "./hex.ts";
import {
  FLAGS,
  identity,
  P0,
  P1,
  random32,
  SAMPLED,
  T0,
  T1,
  T2,
  T3,
  type Identity,
} from "./ids.ts";
import { exceptionAttributes } from "./exception.ts";
import { failed } from "./guard.ts";
import { ended, keepsDetails } from "./shed.ts";
import { parseSpanContext } from "./spancontext.ts";
import { entered, left } from "./timing.ts";
import { ValueScope } from "./valuescope.ts";
import { recordSpan, withDetails, withExtra } from "./ring.ts";
import { nameOf } from "./values.ts";
import { stateOf, traceState } from "./tracestate.ts";

/** The API's keys are registered symbols, the same in every copy of it. */
export const SPAN_KEY = Symbol.for("OpenTelemetry Context Key SPAN");
export const BAGGAGE_KEY = Symbol.for("OpenTelemetry Baggage Key");

export class Scope implements Context {
  span: Span | null;
  bag: Bag | null;
  /** Values of other libraries, or the application's own Context they came in. */
  rest: Context | null;
  /** A span of another implementation, shown to the application as it was given. */
  foreign: unknown;

  constructor(span: Span | null, bag: Bag | null, rest: Context | null) {
    this.span = span;
    this.bag = bag;
    this.rest = rest;
    this.foreign = undefined;
  }

  getValue(key: symbol): unknown {
    if (key === SPAN_KEY) return this.foreign ?? this.span ?? undefined;
    if (key === BAGGAGE_KEY) return this.bag?.api;
    return this.rest?.getValue(key);
  }

  /** As it is where the value cannot be read. */
  setValue(key: symbol, value: unknown): Context {
    try {
      return this.extended(key, value);
    } catch (error) {
      failed(error);
      return this;
    }
  }

  private extended(key: symbol, value: unknown): Context {
    if (key === BAGGAGE_KEY) return this.derive(this.span, bagFromApi(value), this.rest);
    if (key !== SPAN_KEY)
      return this.derive(this.span, this.bag, new ValueScope(this.rest, key, value));
    // A span started under this very scope has the rest of it already.
    if (value instanceof Span && value.bag === this.bag && value.rest === this.rest) return value;
    const span = spanOf(value);
    const scope = this.derive(span, this.bag, this.rest);
    scope.foreign = span === value ? undefined : value;
    return scope;
  }

  deleteValue(key: symbol): Context {
    return this.setValue(key, undefined);
  }

  /** The ids are all that means something elsewhere; the rest goes round in circles. */
  toJSON(): object {
    if (this.span === null) return {};
    const { traceId, spanId, traceFlags } = this.span.spanContext();
    return { traceId, spanId, traceFlags };
  }

  private derive(span: Span | null, bag: Bag | null, rest: Context | null): Scope {
    const scope = new Scope(span, bag, rest);
    scope.foreign = this.foreign;
    return scope;
  }
}

export class Span extends Scope implements ApiSpan {
  t0: number;
  t1: number;
  t2: number;
  t3: number;
  s0: number;
  s1: number;
  p0: number;
  p1: number;
  flags: number;
  start: number;
  children: number;
  prefix: string;
  /** This span's part of a log line, once one was written. */
  log: string;
  state: string;
  details: Details | null;
  /** Of a manual span; -1 while an instrumentation owns the span and `end()` of the application must not end it. */
  template: number;
  recording: boolean;
  /** Begins something that is looked at. */
  begins: boolean;
  /** Used by the HTTP server only. Here, so that all spans have one shape. */
  route: unknown;
  response: unknown;
  next: Span | null;

  /** `ids` holds the trace and the parent; the span's own id is new. */
  constructor(ids: Identity, start: number, bag: Bag | null) {
    super(null, bag, null);
    this.span = this;
    this.t0 = ids[T0] as number;
    this.t1 = ids[T1] as number;
    this.t2 = ids[T2] as number;
    this.t3 = ids[T3] as number;
    this.s0 = random32();
    // The top byte counts children, so that siblings differ in two hex digits only (see traceparent).
    this.s1 = random32() & 0xffffff;
    this.p0 = ids[P0] as number;
    this.p1 = ids[P1] as number;
    this.flags = ids[FLAGS] as number;
    this.start = start;
    this.children = 0;
    this.prefix = "";
    this.log = "";
    this.state = "";
    this.details = null;
    this.template = -1;
    this.recording = false;
    this.begins = false;
    this.route = null;
    this.response = null;
    this.next = null;
  }

  spanContext(): SpanContext {
    const context: SpanContext = {
      traceId: hexOf(this.t0, this.t1, this.t2, this.t3),
      spanId: hexOf(this.s0, this.s1),
      traceFlags: this.flags & SAMPLED,
    };
    if (this.state !== "") context.traceState = traceState(this.state);
    return context;
  }

  isRecording(): boolean {
    return this.recording;
  }

  setAttribute(key: string, value: unknown): this {
    if (!this.recording || !keepsDetails) return this;
    const since = entered();
    this.more().set(key, value);
    left(since);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (this.recording && keepsDetails) this.more().setAll(attributes);
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (!this.recording || !keepsDetails) return this;
    const plain = typeof attributesOrTime === "object" && isAttributes(attributesOrTime);
    const at = fromTimeInput(plain ? time : (attributesOrTime ?? time), now());
    this.more().addEvent({
      name: nameOf(name),
      at,
      attributes: plain ? entriesOf(attributesOrTime) : [],
    });
    return this;
  }

  addLink(link: Link): this {
    if (this.recording) this.more().addLink(link);
    return this;
  }

  addLinks(links: Link[]): this {
    if (Array.isArray(links)) for (const link of links) this.addLink(link);
    return this;
  }

  setStatus(status: SpanStatus): this {
    if (this.recording && status) this.more().setStatus(status.code, status.message);
    return this;
  }

  updateName(name: string): this {
    if (this.recording) this.more().name = nameOf(name);
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    if (!this.recording) return;
    const attributes = entriesOf(exceptionAttributes(exception));
    this.more().addEvent({ name: "exception", at: fromTimeInput(time, now()), attributes });
  }

  end(endTime?: TimeInput): void {
    if (this.template < 0 || !this.recording) return;
    const since = entered();
    const end = fromTimeInput(endTime, now());
    finish(this, this.template, end < this.start ? this.start : end);
    if (this.begins) ended();
    left(since);
  }

  private more(): Details {
    return (this.details ??= new Details());
  }
}

const isAttributes = (value: object): value is Attributes =>
  !Array.isArray(value) && !(value instanceof Date);

/** Writes the span into the ring; whatever is said about it afterwards is lost, as the API has it. */
export function finish(span: Span, template: number, end: number): void {
  span.recording = false;
  if (span.bag !== null && span.bag.attributes !== null) withExtra(span.bag.attributes);
  if (span.state !== "") (span.details ??= new Details()).state = span.state;
  if (span.details !== null) withDetails(span.details);
  recordSpan(template, span, end);
}

const COUNTED = 255;

/** The low id word of the next child. Beyond 255 children it is random and headers are written in full. */
export function nextChild(span: Span): number {
  const count = ++span.children;
  return count <= COUNTED ? span.s1 | (count << 24) : random32();
}

/** Our span for whatever stands in a Context; one of another implementation is known by its ids only. */
export function spanOf(value: unknown): Span | null {
  if (value instanceof Span) return value;
  return remoteSpan((value as ApiSpan | undefined)?.spanContext?.() ?? null);
}

/** A parent that lives elsewhere: never recorded here. */
function remoteSpan(context: SpanContext | null): Span | null {
  const ids = parseSpanContext(context);
  if (context === null || ids === null) return null;
  const span = adopted(ids, null);
  span.state = stateOf(context);
  return span;
}

/** A span object that *is* the remote parent: it propagates the ids it was given. */
export function adopted(ids: Identity, bag: Bag | null): Span {
  const span = new Span(ids, 0, bag);
  span.s0 = span.p0;
  span.s1 = span.p1;
  // The top byte of somebody else's id is not free to count in, and others have children under it, too.
  span.children = COUNTED;
  return span;
}

/** Stands for all spans of a request that is not looked at. */
export const UNOBSERVED: Span = adopted(identity(), null);
