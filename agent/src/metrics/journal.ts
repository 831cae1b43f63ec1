/**
 * What the application counts is written down here as it comes, and added up later in one warm loop: finding the series of a set
 * of attributes once per request means cold maps each time, and costs more than everything else about the number. Of a set that
 * was counted of late the number of its series is enough.
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
import { newPlace, recall, remember, seriesOf } from "./recent.ts";
import type { AttributeSet } from "./series.ts";

const RECORDS = 512;
/** Names and values of all records; one record must always fit. */
const WORDS = 8192;
const MOST = 256;

/** Of sets at hand: number of the series, amount, number of the series, ... */
const recalled = new Float64Array(2 * RECORDS);
let recalledUsed = 0;

const sources: (Counted | undefined)[] = Array.from({ length: RECORDS }, () => undefined);
const amounts = new Float64Array(RECORDS);
const traces: (Seen | null)[] = Array.from({ length: RECORDS }, () => null);
/** Where the words of a record end; they begin where those of the one before end. */
const ends = new Int32Array(RECORDS);
/** Name, value, name, value, ... */
const words: unknown[] = Array.from({ length: WORDS }, () => undefined);

let count = 0;
let used = 0;

/** An instrument of the application, with what each of its numbers needs at hand. */
export class Counted {
  private readonly place: number;
  private readonly draws: boolean;
  readonly instrument: Instrument;

  constructor(instrument: Instrument) {
    const { kind } = instrument.about;
    // Of a gauge the last value counts: none may overtake one that is written down under the same set in another order.
    this.place = kind === "gauge" ? -1 : placeOf(instrument);
    this.draws = kind === "histogram";
    this.instrument = instrument;
  }

  /** One number under one set of attributes. Attributes whose getters throw are not counted, as with any other SDK. */
  note(amount: number, given?: AttributeSet): void {
    // A string would be as many attributes as it has letters.
    const attributes = typeof given === "object" ? given : undefined;
    const seen = this.draws && isDrawn() ? seenNow() : null;
    try {
      const number = recall(this.place, attributes);
      if (number < 0) this.write(amount, seen, attributes);
      else if (seen !== null) seriesOf(number).record(amount, 1, seen);
      else noteRecalled(number, amount);
    } catch {
      // Nothing of it was kept.
    }
  }

  private write(amount: number, seen: Seen | null, attributes: AttributeSet | undefined): void {
    if (count === RECORDS || used > WORDS - MOST) addUp();
    let end = used;
    for (const name in attributes) {
      const value = attributes[name];
      // Only primitives stay what they are until they are looked at; and what is too long for the journal is rare enough.
      if (end === used + MOST || !isPrimitive(value))
        return this.writeAtOnce(amount, seen, attributes);
      words[end] = name;
      words[end + 1] = value;
      end += 2;
    }
    sources[count] = this;
    amounts[count] = amount;
    ends[count] = end;
    traces[count] = seen;
    used = end;
    count++;
  }

  private writeAtOnce(amount: number, seen: Seen | null, attributes: AttributeSet): void {
    addUp();
    this.instrument.series(attributes).record(amount, 1, seen);
  }

  /** Adds one that was written down: `words` from `start` to `end`. */
  addUp(amount: number, seen: Seen | null, { start, end }: { start: number; end: number }): void {
    const series = this.instrument.known(words, start, end);
    series.record(amount, 1, seen);
    remember(this.place, { words, start, end }, series);
  }
}

/** However often an instrument is created, it has one place. */
const places = new WeakMap<Instrument, number>();

function placeOf(instrument: Instrument): number {
  const known = places.get(instrument);
  if (known !== undefined) return known;
  const place = newPlace();
  places.set(instrument, place);
  return place;
}

function noteRecalled(number: number, amount: number): void {
  if (recalledUsed === recalled.length) addRecalled();
  recalled[recalledUsed] = number;
  recalled[recalledUsed + 1] = amount;
  recalledUsed += 2;
}

function addRecalled(): void {
  const end = recalledUsed;
  recalledUsed = 0;
  for (let at = 0; at < end; at += 2)
    seriesOf(recalled[at] as number).record(recalled[at + 1] as number);
}

const isPrimitive = (value: unknown): boolean =>
  value === null || (typeof value !== "object" && typeof value !== "function");

function seenNow(): Seen | null {
  const span = current()?.span;
  return span !== null && span !== undefined && records(span) ? { span, at: now() } : null;
}

/** Adds up what has been written down. */
function addUp(): void {
  const all = count;
  count = 0;
  used = 0;
  let start = 0;
  for (let record = 0; record < all; record++) {
    const end = ends[record] as number;
    const seen = traces[record] ?? null;
    (sources[record] as Counted).addUp(amounts[record] as number, seen, { start, end });
    start = end;
  }
  // Values are the application's; they must not live on here.
  words.fill(undefined);
  traces.fill(null);
}

whenSettling(() => {
  addRecalled();
  addUp();
});
