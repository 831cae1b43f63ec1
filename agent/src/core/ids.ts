/**
 * Ids are 32-bit words in the byte order of the wire (first hex digits = lowest byte).
 * xoshiro128**, seeded once from the CSPRNG: ids must be unique, not secret.
 */
import { randomFillSync } from "node:crypto";

const seed = randomFillSync(new Uint32Array(4));
let x0 = (seed[0] as number) | 1; // an all-zero state would stay zero for ever
let x1 = (seed[1] as number) | 0;
let x2 = (seed[2] as number) | 0;
let x3 = (seed[3] as number) | 0;

export function random32(): number {
  let result = Math.imul(x1, 5);
  result = Math.imul((result << 7) | (result >>> 25), 9);
  const t = x1 << 9;
  x2 ^= x0;
  x3 ^= x1;
  x1 ^= x2;
  x0 ^= x3;
  x2 ^= t;
  x3 = (x3 << 11) | (x3 >>> 21);
  return result | 0;
}

/** Another number whenever an id has been drawn since: something was begun. */
export const drawn = (): number => x2;

/** Which trace a span belongs to and who its parent is, in transit between a header and a span: no object per request. */
export const T0 = 0;
export const T1 = 1;
export const T2 = 2;
export const T3 = 3;
export const P0 = 4;
export const P1 = 5;
export const FLAGS = 6;
export type Identity = Int32Array;
export const identity = (): Identity => new Int32Array(7);

export const SAMPLED = 1;
export const HAS_PARENT = 2;
export const REMOTE = 4;
/** Known here only: neither recorded nor propagated (profile `metrics`, where no caller gave a context). */
export const HIDDEN = 8;

export function newTrace(ids: Identity): void {
  ids[T0] = random32();
  ids[T1] = random32();
  ids[T2] = random32();
  ids[T3] = random32();
  ids[P0] = 0;
  ids[P1] = 0;
  ids[FLAGS] = 0;
}
