/** Hex digits <-> id words. Lower case only, as W3C trace context demands. */

const DIGIT = new Int8Array(256).fill(-1);
for (let value = 0; value < 16; value++) DIGIT[value.toString(16).charCodeAt(0)] = value;

const PAIRS = new Uint8Array(512);
for (let value = 0; value < 256; value++) {
  const pair = value.toString(16).padStart(2, "0");
  PAIRS[2 * value] = pair.charCodeAt(0);
  PAIRS[2 * value + 1] = pair.charCodeAt(1);
}

/** Negative when a digit is none, so that results can be ORed and looked at once. For text of latin1, as headers are. */
export const hexByte = (text: string, at: number): number =>
  ((DIGIT[text.charCodeAt(at)] as number) << 4) | (DIGIT[text.charCodeAt(at + 1)] as number);

/** Sets `hexFailed` when one of the eight digits is none. */
export let hexFailed = false;
export function hexWord(text: string, at: number): number {
  const a = hexByte(text, at);
  const b = hexByte(text, at + 2);
  const c = hexByte(text, at + 4);
  const d = hexByte(text, at + 6);
  if ((a | b | c | d) < 0) hexFailed = true;
  return (a & 255) | ((b & 255) << 8) | ((c & 255) << 16) | ((d & 255) << 24);
}
export function expectHex(): void {
  hexFailed = false;
}

export function writeHex(target: Uint8Array, at: number, word: number): void {
  let pair = (word & 255) << 1;
  target[at] = PAIRS[pair] as number;
  target[at + 1] = PAIRS[pair + 1] as number;
  pair = (word >>> 7) & 510;
  target[at + 2] = PAIRS[pair] as number;
  target[at + 3] = PAIRS[pair + 1] as number;
  pair = (word >>> 15) & 510;
  target[at + 4] = PAIRS[pair] as number;
  target[at + 5] = PAIRS[pair + 1] as number;
  pair = (word >>> 24) << 1;
  target[at + 6] = PAIRS[pair] as number;
  target[at + 7] = PAIRS[pair + 1] as number;
}

const scratch = Buffer.alloc(32);

export function hexOf(...words: number[]): string {
  words.forEach((word, index) => writeHex(scratch, 8 * index, word));
  return scratch.toString("latin1", 0, 8 * words.length);
}
