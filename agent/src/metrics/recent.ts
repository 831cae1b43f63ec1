/**
 * The sets of attributes that instruments were asked for last, two each: most have no more, success and failure, hit and miss.
 *
 * All of them stand side by side in one array. What a number costs, in a request for which nothing is in the processor's caches any
 * more, is the lines of memory it touches; a set found here is one, a set found in a tree of maps is a dozen.
 */
import type { AttributeSet, Series } from "./series.ts";

/** Instruments beyond that have no place here. */
const PLACES = 1000;
const NONE = -1;
/** Sets of up to three attributes: name, value, name, value, name, value, number of these words, number of the series. */
const MOST = 6;
const LENGTH = 6;
const SERIES = 7;
const STRIDE = 8;
const PLACE = 2 * STRIDE;

const sets: unknown[] = [];
const numbers = new Map<Series, number>();
const numbered: Series[] = [];

/** A place for the sets of one instrument; negative where there is none left. */
export function newPlace(): number {
  const place = sets.length;
  if (place === PLACES * PLACE) return NONE;
  for (let word = 0; word < PLACE; word++) sets.push(NONE);
  return place;
}

/** The number of the series of these attributes, negative where they are not at hand. Throws what their getters throw. */
export function recall(place: number, attributes: AttributeSet | undefined): number {
  if (place < 0) return NONE;
  if (isAt(place, attributes)) return sets[place + SERIES] as number;
  const former = place + STRIDE;
  return isAt(former, attributes) ? (sets[former + SERIES] as number) : NONE;
}

function isAt(at: number, attributes: AttributeSet | undefined): boolean {
  let word = at;
  // The words end before what is no name, so that a larger set is another one.
  for (const name in attributes) {
    if (sets[word] !== name || sets[word + 1] !== attributes[name]) return false;
    word += 2;
  }
  return word - at === sets[at + LENGTH];
}

export const seriesOf = (number: number): Series => numbered[number] as Series;

/** A flat set of primitives, `words` from `start` to `end`, was counted. */
export function remember(
  place: number,
  { words, start, end }: { words: readonly unknown[]; start: number; end: number },
  series: Series,
): void {
  if (place < 0 || end - start > MOST) return;
  const number = numberOf(series);
  if (sets[place + SERIES] === number) return;
  sets.copyWithin(place + STRIDE, place, place + STRIDE);
  for (let word = 0; word < MOST; word++)
    sets[place + word] = start + word < end ? words[start + word] : NONE;
  sets[place + LENGTH] = end - start;
  sets[place + SERIES] = number;
}

function numberOf(series: Series): number {
  const known = numbers.get(series);
  if (known !== undefined) return known;
  const number = numbered.push(series) - 1;
  numbers.set(series, number);
  return number;
}
