/** As much of the protobuf wire format as OTLP needs: fields of a message, in order, and length-delimited fields written back. */

export interface Field {
  number: number;
  /** Content of a length-delimited field (wire type 2); empty for the others. */
  bytes: Uint8Array;
  /** The field as it stood, tag included. */
  raw: Uint8Array;
}

const FIXED: Record<number, number> = { 1: 8, 5: 4 };

/** Throws for what is not a message. */
export const fields = (message: Uint8Array): Field[] => {
  const found: Field[] = [];
  let at = 0;
  while (at < message.length) {
    const tag = varint(message, at);
    const { bytes, end } = content(message, { at: tag.end, type: tag.value & 7 });
    found.push({ number: tag.value >>> 3, bytes, raw: message.subarray(at, end) });
    at = end;
  }
  return found;
};

/** Contents of all length-delimited fields with that number. */
export const nested = (message: Uint8Array, number: number): Uint8Array[] =>
  fields(message)
    .filter((field) => field.number === number && field.bytes !== NOTHING)
    .map(({ bytes }) => bytes);

const NOTHING = new Uint8Array();

const content = (
  message: Uint8Array,
  { at, type }: { at: number; type: number },
): { bytes: Uint8Array; end: number } => {
  if (type === 0) return { bytes: NOTHING, end: varint(message, at).end };
  if (type === 2) {
    const length = varint(message, at);
    const end = length.end + length.value;
    if (end > message.length) throw new Error(`field at byte ${at} ends behind its message`);
    return { bytes: message.subarray(length.end, end), end };
  }
  const size = FIXED[type];
  if (size === undefined || at + size > message.length)
    throw new Error(`no protobuf field at byte ${at}`);
  return { bytes: NOTHING, end: at + size };
};

/** Values above 2^53 lose digits; only tags and lengths are looked at. */
const varint = (message: Uint8Array, start: number): { value: number; end: number } => {
  let value = 0;
  for (let at = start; at < Math.min(message.length, start + 10); at += 1) {
    const byte = message[at] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (at - start));
    if (byte < 0x80) return { value, end: at + 1 };
  }
  throw new Error(`number at byte ${start} has no end`);
};

/** A length-delimited field. */
export const field = (number: number, parts: readonly Uint8Array[]): Uint8Array => {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([
    Uint8Array.from([...asVarint(number * 8 + 2), ...asVarint(length)]),
    ...parts,
  ]);
};

const asVarint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...asVarint(Math.floor(value / 0x80))];
