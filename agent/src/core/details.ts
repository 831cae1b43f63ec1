/** What a span has beyond its template: made when the application first says something about it, encoded much later. */
import type { AttributeValue, Link, SpanContext } from "@opentelemetry/api";
import { isAttributeValue } from "./protobuf.ts";

const ATTRIBUTES = 128;
const EVENTS = 128;
const LINKS = 128;

export interface SpanEvent {
  name: string;
  at: number;
  attributes: [string, AttributeValue][];
}

export interface SpanLink {
  context: SpanContext;
  attributes: [string, AttributeValue][];
}

/** Copies arrays: encoding happens after the caller may have changed them. */
const kept = (value: AttributeValue): AttributeValue =>
  Array.isArray(value) ? ([...value] as AttributeValue) : value;

const usable = (key: unknown, value: unknown): value is AttributeValue =>
  typeof key === "string" && key !== "" && isAttributeValue(value);

export function entriesOf(attributes: unknown): [string, AttributeValue][] {
  if (typeof attributes !== "object" || attributes === null) return [];
  const found: [string, AttributeValue][] = [];
  for (const [key, value] of Object.entries(attributes)) {
    if (found.length === ATTRIBUTES) break;
    if (usable(key, value)) found.push([key, kept(value)]);
  }
  return found;
}

export class Details {
  name = "";
  state = "";
  readonly attributes = new Map<string, AttributeValue>();
  readonly events: SpanEvent[] = [];
  readonly links: SpanLink[] = [];
  status = 0;
  message = "";
  droppedAttributes = 0;
  droppedEvents = 0;
  droppedLinks = 0;

  set(key: string, value: unknown): void {
    if (!usable(key, value)) return;
    if (this.attributes.size >= ATTRIBUTES && !this.attributes.has(key)) this.droppedAttributes++;
    else this.attributes.set(key, kept(value));
  }

  setAll(attributes: unknown): void {
    if (typeof attributes !== "object" || attributes === null) return;
    for (const [key, value] of Object.entries(attributes)) this.set(key, value);
  }

  addEvent(event: SpanEvent): void {
    if (this.events.length >= EVENTS) this.droppedEvents++;
    else this.events.push(event);
  }

  addLink(link: Link): void {
    if (typeof link?.context?.traceId !== "string") return;
    if (this.links.length >= LINKS) this.droppedLinks++;
    else this.links.push({ context: link.context, attributes: entriesOf(link.attributes) });
  }

  /** `Ok` is final; a later `Error` must not overrule what the application declared good. */
  setStatus(code: number, message: unknown): void {
    if (this.status === 1 || (code !== 1 && code !== 2)) return;
    this.status = code;
    this.message = code === 2 && typeof message === "string" ? message : "";
  }
}
