/** All instruments of the process, by scope (the API's meter). */
import { failed } from "../core/guard.ts";
import { Writer } from "../core/protobuf.ts";
import { type Scope, withScope } from "../core/scopes.ts";
import { settle } from "../core/settle.ts";
import { Instrument, type Description } from "./instrument.ts";

const INSTRUMENT_LIMIT = 1000;

export class Meters {
  private readonly scopes = new Map<
    string,
    { scope: Scope; instruments: Map<string, Instrument> }
  >();
  private readonly observers = new Set<() => void>();
  private count = 0;

  /** The same name and kind in one scope is the same instrument, however often it is created. */
  instrument(scope: Scope, about: Description): Instrument {
    const key = `${scope.name}\u0001${scope.version}`;
    const entry = this.scopes.get(key) ?? { scope, instruments: new Map<string, Instrument>() };
    const id = `${about.name.toLowerCase()}\u0001${about.kind}`;
    const known = entry.instruments.get(id);
    if (known !== undefined) return known;
    const made = new Instrument(about);
    // Beyond the limit it works and is not exported: an application must not be able to make us leak.
    if (++this.count > INSTRUMENT_LIMIT) return made;
    this.scopes.set(key, entry);
    entry.instruments.set(id, made);
    return made;
  }

  /** Called before each export, to ask observable instruments. */
  observe(observer: () => void): void {
    if (this.observers.size < INSTRUMENT_LIMIT) this.observers.add(observer);
  }

  /** Encoded ScopeMetrics. */
  collect(): Uint8Array[] {
    settle();
    for (const observer of this.observers) guard(observer);
    const encoded: Uint8Array[] = [];
    for (const { scope, instruments } of this.scopes.values()) {
      const out = new Writer();
      for (const instrument of instruments.values()) writeWhole(instrument, out);
      if (out.length > 0) encoded.push(withScope(scope, out));
    }
    return encoded;
  }
}

/** Or nothing of it: one that cannot be written is no reason for the others to stay. */
function writeWhole(instrument: Instrument, out: Writer): void {
  const before = out.length;
  try {
    instrument.write(out);
  } catch (error) {
    out.length = before;
    failed(error);
  }
}

function guard(observer: () => void): void {
  try {
    observer();
  } catch (error) {
    failed(error);
  }
}

export const meters = new Meters();
