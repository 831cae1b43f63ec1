/**
 * Everything about an operation's spans that never changes, encoded once and named by a small integer. A record in the ring is
 * numbers only; at encoding time the template is copied and the ids and times are written over its gaps.
 *
 * Layout: 12 LL LL | 0a 10 trace | 12 08 span | 39 start | 41 end | 85 01 flags | name, kind, attributes, status | 22 08 parent
 * The parent stands last, so that a root span is the same bytes cut short: an all-zero parent would not be "no parent".
 */
import { encodeAttributes, Writer, type Constants } from "./protobuf.ts";
import { OWN } from "./scopes.ts";
import { stringify } from "./values.ts";

export const AT_LENGTH = 1;
export const AT_TRACE = 5;
export const AT_SPAN = 23;
export const AT_START = 32;
export const AT_END = 41;
export const AT_FLAGS = 51;
export const PARENT_SIZE = 10;
/** Two length bytes hold up to 16383; a template leaves room for attributes from baggage. */
const LARGEST = 8000;

/** OTLP's numbering, one above the API's. */
export const SERVER = 2;
export const CLIENT = 3;
export const PRODUCER = 4;
export const CONSUMER = 5;

export interface Shape {
  name: string;
  kind: number;
  attributes?: Constants;
  error?: boolean;
  /** By its number; ours when absent. */
  scope?: number;
}

export interface Template {
  bytes: Uint8Array;
  name: string;
  kind: number;
  attributes: Uint8Array;
  error: boolean;
  scope: number;
}

const SPAN_ATTRIBUTE = 9;
const LIMIT = 4096;
const KINDS = 6;
const NONE = new Uint8Array(0);
const SHORTEST_NAME = 200;

/** Grows only; hot code reads it by index. */
export const templates: Template[] = [];

function build(shape: Shape): Template {
  const attributes = shape.attributes ? encodeAttributes(SPAN_ATTRIBUTE, shape.attributes) : NONE;
  const error = shape.error ?? false;
  const out = new Writer();
  out.blob(1, new Uint8Array(16));
  out.blob(2, new Uint8Array(8));
  out.fixed64(7, 0);
  out.fixed64(8, 0);
  out.fixed32(16, 0);
  out.string(5, shape.name);
  out.uint(6, shape.kind);
  out.raw(attributes);
  if (error) out.message(15, () => out.uint(3, 2));
  out.blob(4, new Uint8Array(8));
  const body = out.take();
  const bytes = new Uint8Array(body.length + 3);
  bytes[0] = 0x12;
  bytes.set(body, 3);
  const { name, kind, scope = OWN } = shape;
  return { bytes, name, kind, attributes, error, scope };
}

for (const error of [false, true])
  for (let kind = 0; kind < KINDS; kind++)
    templates.push(build({ name: "(too many)", kind, error }));

const numbers = new Map<string, number>();

/**
 * The same shape is the same template, however often it is registered. Callers cap what they register; this is the last line.
 * Beyond it, spans keep kind, outcome, ids and times and lose their name.
 */
export function register(shape: Shape): number {
  const key = stringify(shape);
  const known = numbers.get(key);
  if (known !== undefined) return known;
  if (templates.length >= LIMIT) return shape.kind + (shape.error === true ? KINDS : 0);
  const number = add(shape);
  numbers.set(key, number);
  return number;
}

/** One that is too large for two length bytes loses its attributes. */
function add(shape: Shape): number {
  const built = build(shape);
  if (built.bytes.length <= LARGEST) return templates.push(built) - 1;
  return add({ ...shape, name: shape.name.slice(0, SHORTEST_NAME), attributes: {} });
}
