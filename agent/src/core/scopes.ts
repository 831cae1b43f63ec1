/** Who recorded a span: our instrumentations, or a tracer of the application. Known by a small integer, as templates are. */
import { Writer } from "./protobuf.ts";

/** All instrumentations of the agent. */
export const OWN = 0;

/** A tracer per request is a mistake that must not cost memory: beyond this, spans are of the agent's scope. */
const LIMIT = 100;
const NAME_LIMIT = 255;

const numbers = new Map<string, number>();
const encoded: Uint8Array[] = [];

/** Field 1 of ScopeSpans. */
export const scopeBytes = (scope: number): Uint8Array => encoded[scope] as Uint8Array;

export function scopeNumber(name: string, version: string): number {
  const key = `${name}\u0001${version}`;
  const known = numbers.get(key);
  if (known !== undefined) return known;
  if (encoded.length >= LIMIT) return OWN;
  const out = new Writer();
  out.message(1, () => {
    out.string(1, name.slice(0, NAME_LIMIT));
    if (version !== "") out.string(2, version.slice(0, NAME_LIMIT));
  });
  encoded.push(out.take());
  numbers.set(key, encoded.length - 1);
  return encoded.length - 1;
}

/** Of numbers and log records. */
export interface Scope {
  name: string;
  version: string;
}

/** ScopeMetrics or ScopeLogs: the scope, and what it holds, encoded already. */
export function withScope({ name, version }: Scope, content: Writer): Uint8Array {
  const out = new Writer();
  out.message(1, () => {
    out.string(1, name);
    if (version !== "") out.string(2, version);
  });
  out.raw(content.bytes.subarray(0, content.length));
  return out.take();
}

scopeNumber("flashcard-otel", "");
