/** What a span has beyond its template: made when the application first says something about it, encoded much later. */
import type { Link, SpanContext } from "@opentelemetry/api";
import { keep, type Value } from "./values.ts";

const ATTRIBUTES = 128;
const EVENTS = 128;
const LINKS = 128;

export interface SpanEvent {
  name: string;
  at: number;
  attributes: [string, Value][];
}

export interface SpanLink {
  context: SpanContext;
  attributes: [string, Value][];
}

export function entriesOf(attributes: unknown): [string, Value][] {
  const found: [string, Value][] = [];
  for (const [key, given] of pairs(attributes)) {
    const value = keep(given);
    if (value !== undefined && key !== "" && found.length < ATTRIBUTES) found.push([key, value]);
  }
  return found;
}

/** An object of attributes whose getters throw is no reason for the application to fail. */
function pairs(attributes: unknown): [string, unknown][] {
  try {
    return typeof attributes === "object" && attributes !== null ? Object.entries(attributes) : [];
  } catch {
    return [];
  }
}

const TRACE_ID = /^[0-9a-f]{1,32}$/i;
const SPAN_ID = /^[0-9a-f]{16}$/i;

/** Trace ids of half the length are still about; a span id has one length. */
const isLinkable = (context: SpanContext | undefined): boolean =>
  typeof context?.traceId === "string" &&
  typeof context.spanId === "string" &&
  TRACE_ID.test(context.traceId) &&
  SPAN_ID.test(context.spanId);

/** Attributes are a flat list (name, value, name, value, ...); what few spans have is made when the first comes. */
export class Details {
  name = "";
  state = "";
  readonly attributes: Value[] = [];
  events: SpanEvent[] | null = null;
  links: SpanLink[] | null = null;
  status = 0;
  message = "";
  droppedAttributes = 0;
  droppedEvents = 0;
  droppedLinks = 0;

  set(key: string, given: unknown): void {
    const value = keep(given);
    if (value === undefined || typeof key !== "string" || key === "") return;
    const { attributes } = this;
    let at = 0;
    // Linear: a handful of names, and nearly always new ones.
    while (at < attributes.length && attributes[at] !== key) at += 2;
    if (at < attributes.length) attributes[at + 1] = value;
    else if (at === 2 * ATTRIBUTES) this.droppedAttributes++;
    else attributes.push(key, value);
  }

  setAll(attributes: unknown): void {
    for (const [key, value] of pairs(attributes)) this.set(key, value);
  }

  addEvent(event: SpanEvent): void {
    const events = (this.events ??= []);
    if (events.length >= EVENTS) this.droppedEvents++;
    else events.push(event);
  }

  addLink(link: Link): void {
    if (!isLinkable(link?.context)) return;
    const links = (this.links ??= []);
    if (links.length >= LINKS) this.droppedLinks++;
    else links.push({ context: link.context, attributes: entriesOf(link.attributes) });
  }

  /** `Ok` is final; a later `Error` must not overrule what the application declared good. */
  setStatus(code: number, message: unknown): void {
    if (this.status === 1 || (code !== 1 && code !== 2)) return;
    this.status = code;
    this.message = code === 2 && typeof message === "string" ? message : "";
  }
}
