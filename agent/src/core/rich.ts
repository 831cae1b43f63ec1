/** The slow way to encode a span: one that has attributes, events, links or a name of its own. Plain protobuf, in OTLP's terms. */
import type { SpanContext } from "@opentelemetry/api";
import type { Details } from "./details.ts";
import { writeAttribute, type Writer } from "./protobuf.ts";
import type { Template } from "./template.ts";
import { stateOf } from "./tracestate.ts";
import type { Value } from "./values.ts";

export interface RichSpan {
  template: Template;
  /** Trace id, span id and parent id as they stand on the wire: 16, 8 and 8 bytes. */
  ids: Uint8Array;
  hasParent: boolean;
  flags: number;
  start: number;
  end: number;
  details: Details | null;
  /** Attributes from baggage, already encoded. */
  extra: Uint8Array | null;
}

const NAME_LIMIT = 1024;
const ATTRIBUTE = 9;
const TRACE_DIGITS = 32;

export function writeSpan(out: Writer, span: RichSpan): void {
  const { template, details, ids } = span;
  out.blob(1, ids.subarray(0, 16));
  out.blob(2, ids.subarray(16, 24));
  if (details !== null && details.state !== "") out.string(3, details.state);
  if (span.hasParent) out.blob(4, ids.subarray(24, 32));
  const name = details !== null && details.name !== "" ? details.name : template.name;
  out.string(5, name.slice(0, NAME_LIMIT));
  out.uint(6, template.kind);
  out.time(7, span.start);
  out.time(8, span.end);
  out.raw(template.attributes);
  if (span.extra !== null) out.raw(span.extra);
  if (details !== null) writeDetails(out, details);
  writeStatus(out, template.error, details);
  out.fixed32(16, span.flags);
}

function writeDetails(out: Writer, details: Details): void {
  const { attributes, events, links } = details;
  for (let at = 0; at < attributes.length; at += 2)
    writeAttribute(out, ATTRIBUTE, attributes[at] as string, attributes[at + 1] as Value);
  if (details.droppedAttributes > 0) out.uint(10, details.droppedAttributes);
  for (const event of events ?? []) {
    out.message(11, () => {
      out.time(1, event.at);
      out.string(2, event.name);
      for (const [name, value] of event.attributes) writeAttribute(out, 3, name, value);
    });
  }
  if (details.droppedEvents > 0) out.uint(12, details.droppedEvents);
  for (const link of links ?? []) {
    out.message(13, () => {
      writeContext(out, link.context);
      for (const [name, value] of link.attributes) writeAttribute(out, 4, name, value);
    });
  }
  if (details.droppedLinks > 0) out.uint(14, details.droppedLinks);
}

function writeContext(out: Writer, context: SpanContext): void {
  out.blob(1, Buffer.from(context.traceId.padStart(TRACE_DIGITS, "0"), "hex"));
  out.blob(2, Buffer.from(context.spanId, "hex"));
  const state = stateOf(context);
  if (state !== "") out.string(3, state);
  out.fixed32(6, context.traceFlags & 255);
}

/** What the application said about the outcome outranks what the operation looked like. */
function writeStatus(out: Writer, failed: boolean, details: Details | null): void {
  const code = details !== null && details.status !== 0 ? details.status : failed ? 2 : 0;
  if (code === 0) return;
  out.message(15, () => {
    if (details !== null && details.message !== "")
      out.string(2, details.message.slice(0, NAME_LIMIT));
    out.uint(3, code);
  });
}
