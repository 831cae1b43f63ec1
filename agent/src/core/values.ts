/**
 * Attribute values as the API takes them: anything. A copy is kept, because encoding happens after the caller may have changed
 * what it passed, and the copy is bounded: depth, members, no getters left to run.
 */

export type Value =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | Value[]
  | { [key: string]: Value };

/** As it was: an application may put its own in its place. */
export const { stringify } = JSON;

const DEPTH = 4;
const MEMBERS = 128;
const BYTES = 8192;

/** Undefined for what is no attribute value, or cannot be read. Never throws: it runs in the application's calls. */
export function keep(value: unknown): Value | undefined {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  if (value === null || typeof value !== "object") return value === null ? null : undefined;
  try {
    return copy(value, DEPTH);
  } catch {
    return undefined;
  }
}

function copy(value: object, depth: number): Value | undefined {
  if (value instanceof Uint8Array) return value.slice(0, BYTES);
  // Not `map`, which leaves the holes of a sparse array as they are.
  if (Array.isArray(value))
    return Array.from(value.slice(0, MEMBERS), (each) => inner(each, depth));
  const prototype: unknown = Object.getPrototypeOf(value);
  // Dates, errors, maps: what they mean as an attribute is anybody's guess.
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  const entries = Object.entries(value).slice(0, MEMBERS);
  return Object.fromEntries(entries.map(([key, each]) => [key, inner(each, depth)]));
}

function inner(value: unknown, depth: number): Value {
  if (typeof value !== "object" || value === null) return keep(value) ?? null;
  return depth === 0 ? null : (copy(value, depth - 1) ?? null);
}

/** A name as the API takes it: a string, unless the application is careless. */
export function nameOf(given: unknown): string {
  if (typeof given === "string") return given;
  return typeof given === "number" || typeof given === "boolean" ? String(given) : "";
}
