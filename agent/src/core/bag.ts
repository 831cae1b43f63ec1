/** Baggage in its three forms: the header that travels, the entries the API shows, the span attributes it becomes. */
import type { Baggage, BaggageEntry } from "@opentelemetry/api";
import { encodeAttributes } from "./protobuf.ts";

const HEADER_LIMIT = 8192;
const ENTRIES = 64;
const CACHED = 256;
const SPAN_ATTRIBUTE = 9;
/** What may stand in a header: a line break would be a header of its own. */
const VALID = /^[\t -~\u0080-\u00ff]*$/;

let allowed: readonly string[] = [];

/** Which entries become span attributes. Baggage comes from outside, so nothing does unless it is named. */
export function allowBaggage(keys: readonly string[]): void {
  allowed = keys;
  cache.clear();
}

export class Bag {
  /** Ready for field 9 of a span; null when no entry is allowed there. */
  readonly attributes: Uint8Array | null;
  readonly header: string;
  readonly api: Baggage;

  constructor(header: string, entries: Map<string, BaggageEntry>, api?: Baggage) {
    this.header = header;
    this.api = api ?? new Entries(entries);
    const shown: Record<string, string> = {};
    for (const key of allowed) {
      const value = entries.get(key)?.value;
      if (value !== undefined) shown[key] = value;
    }
    this.attributes =
      Object.keys(shown).length > 0 ? encodeAttributes(SPAN_ATTRIBUTE, shown) : null;
  }
}

/** Items of one batch carry the same header: parsed once. */
const cache = new Map<string, Bag>();

export function bagFromHeader(header: unknown): Bag | null {
  if (typeof header !== "string" || header.length > HEADER_LIMIT) return null;
  const known = cache.get(header);
  if (known !== undefined) return known;
  if (!VALID.test(header)) return null;
  const entries = parse(header);
  if (entries.size === 0) return null;
  if (cache.size >= CACHED) cache.clear();
  const bag = new Bag(header, entries);
  cache.set(header, bag);
  return bag;
}

export function bagFromApi(baggage: unknown): Bag | null {
  const all = (baggage as Baggage | undefined)?.getAllEntries?.();
  if (!Array.isArray(all) || all.length === 0) return null;
  const entries = new Map(all);
  return new Bag(serialise(entries), entries, baggage as Baggage);
}

function parse(header: string): Map<string, BaggageEntry> {
  const entries = new Map<string, BaggageEntry>();
  for (const member of header.split(",")) {
    const [pair = "", ...properties] = member.split(";");
    const equals = pair.indexOf("=");
    if (equals <= 0 || entries.size === ENTRIES) continue;
    const entry: BaggageEntry = { value: decoded(pair.slice(equals + 1).trim()) };
    const metadata = properties.join(";").trim();
    if (metadata !== "")
      entry.metadata = { toString: () => metadata } as NonNullable<BaggageEntry["metadata"]>;
    entries.set(decoded(pair.slice(0, equals).trim()), entry);
  }
  return entries;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function encoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return ""; // a lone surrogate
  }
}

function serialise(entries: Map<string, BaggageEntry>): string {
  const members: string[] = [];
  let length = 0;
  for (const [key, entry] of entries) {
    // The API takes what it is given, also where TypeScript would not.
    if (typeof entry !== "object" || entry === null) continue;
    const { value, metadata } = entry;
    const said = metadata?.toString() ?? "";
    const suffix = said === "" || !VALID.test(said) ? "" : `;${said}`;
    const member = `${encoded(key)}=${encoded(value)}${suffix}`;
    if (members.length === ENTRIES || length + member.length + 1 > HEADER_LIMIT) break;
    length += member.length + 1;
    members.push(member);
  }
  return members.join(",");
}

/** The API's immutable Baggage. */
class Entries implements Baggage {
  private readonly entries: Map<string, BaggageEntry>;
  constructor(entries: Map<string, BaggageEntry>) {
    this.entries = entries;
  }
  getEntry(key: string): BaggageEntry | undefined {
    const entry = this.entries.get(key);
    return entry && { ...entry };
  }
  getAllEntries(): [string, BaggageEntry][] {
    return [...this.entries];
  }
  setEntry(key: string, entry: BaggageEntry): Baggage {
    return new Entries(new Map(this.entries).set(key, entry));
  }
  removeEntry(key: string): Baggage {
    return this.removeEntries(key);
  }
  removeEntries(...keys: string[]): Baggage {
    return new Entries(new Map([...this.entries].filter(([key]) => !keys.includes(key))));
  }
  clear(): Baggage {
    return new Entries(new Map());
  }
}
