/** What stands around the spans of a batch: ExportTraceServiceRequest > ResourceSpans > one ScopeSpans for each scope. */
import type { Batch } from "../core/batch.ts";
import { Writer } from "../core/protobuf.ts";
import { OWN, scopeBytes } from "../core/scopes.ts";

const FIELD_1 = 0x0a;
const FIELD_2 = 0x12;

/** Everything of a ScopeSpans before its `length` bytes of spans. */
function scopeHead(scope: number, length: number): Uint8Array {
  const inner = scopeBytes(scope);
  const out = new Writer();
  out.varint(FIELD_2);
  out.varint(inner.length + length);
  out.raw(inner);
  return out.take();
}

/** The request in parts, in this order. */
export function requestParts(resource: Uint8Array, batch: Batch): Uint8Array[] {
  const scopes: Uint8Array[] = [];
  const add = (scope: number, spans: Uint8Array): void => {
    if (spans.length > 0) scopes.push(scopeHead(scope, spans.length), spans);
  };
  add(OWN, batch.bytes.subarray(0, batch.length));
  for (const [scope, { bytes, length }] of batch.scoped) add(scope, bytes.subarray(0, length));
  const out = new Writer();
  out.varint(FIELD_1);
  out.varint(scopes.reduce((sum, part) => sum + part.length, resource.length));
  out.raw(resource);
  return [out.take(), ...scopes];
}
