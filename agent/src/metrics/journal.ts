/**
 * What the application counts is added to its series at once where that is one of the two its instrument was asked for last. All
 * else is written down here as it comes, and added up later in one warm loop: finding the series of a set of attributes once per
 * request means cold maps each time, and costs more than everything else about the number.
 *
 * Values are copied at once, since a caller may change and reuse its attributes. Nothing is lost when the journal is full: it is
 * added up on the spot.
 */
import { now } from "../core/clock.ts";
import { current } from "../core/context.ts";
import { records } from "../core/sampling.ts";
import { whenSettling } from "../core/settle.ts";
import { isDrawn, type Seen } from "./exemplars.ts";
import type { Instrument } from "./instrument.ts";
import type { AttributeSet } from "./series.ts";

const RECORDS = 512;
/** Names and values of all records; one record must always fit. */
const WORDS = 8192;
const MOST = 256;

const instruments: (Instrument | undefined)[] = Array.from({ length: RECORDS }, () => undefined);
const amounts = new Float64Array(RECORDS);
const traces: (Seen | null)[] = Array.from({ length: RECORDS }, () => null);
/** Where the words of a record end; they begin where those of the one before end. */
const ends = new Int32Array(RECORDS);
/** Name, value, name, value, ... */
const words: unknown[] = Array.from({ length: WORDS }, () => undefined);

let count = 0;
let used = 0;

/** One number under one set of attributes. Attributes whose getters throw are not counted, as with any other SDK. */
export function note(instrument: Instrument, amount: number, given?: AttributeSet): void {
  // A string would be as many attributes as it has letters.
  const attributes = typeof given === "object" ? given : undefined;
  const { kind } = instrument.about;
  const seen = kind === "histogram" && isDrawn() ? seenNow() : null;
  if (count === RECORDS || used > WORDS - MOST) addUp();
  let end = used;
  try {
    // Of a gauge the last value counts: none may overtake one that is written down under the same set in another order.
    const series = kind === "gauge" ? undefined : instrument.recall(attributes);
    if (series !== undefined) return series.record(amount, 1, seen);
    for (const name in attributes) {
      const value = attributes[name];
      // Only primitives stay what they are until they are looked at; and what is too long for the journal is rare enough.
      if (end === used + MOST || !isPrimitive(value))
        return noteAtOnce(instrument, { amount, seen }, attributes);
      words[end] = name;
      words[end + 1] = value;
      end += 2;
    }
  } catch {
    return;
  }
  instruments[count] = instrument;
  amounts[count] = amount;
  ends[count] = end;
  traces[count] = seen;
  used = end;
  count++;
}

const isPrimitive = (value: unknown): boolean =>
  value === null || (typeof value !== "object" && typeof value !== "function");

function seenNow(): Seen | null {
  const span = current()?.span;
  return span !== null && span !== undefined && records(span) ? { span, at: now() } : null;
}

function noteAtOnce(
  instrument: Instrument,
  { amount, seen }: { amount: number; seen: Seen | null },
  attributes: AttributeSet,
): void {
  addUp();
  instrument.series(attributes).record(amount, 1, seen);
}

/** Adds up what has been written down. */
function addUp(): void {
  const all = count;
  count = 0;
  used = 0;
  let start = 0;
  for (let record = 0; record < all; record++) {
    const end = ends[record] as number;
    const series = (instruments[record] as Instrument).known(words, start, end);
    series.record(amounts[record] as number, 1, traces[record]);
    start = end;
  }
  // Values are the application's; they must not live on here.
  words.fill(undefined);
  traces.fill(null);
}

whenSettling(addUp);
