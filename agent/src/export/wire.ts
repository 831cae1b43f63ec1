/** Reads the protobuf we wrote ourselves, by shapes. For people who look at telemetry on a console; nothing else here reads any. */

/** A number of fixed width as its bits, a varint, or the bytes of whatever has a length. */
type Raw = bigint | Uint8Array;

export type Read = (raw: Raw) => unknown;

/** `list`: every one of them; `map`: pairs of a key and a value. Otherwise the last one counts. */
type Many = "list" | "map";

export type Shape = Readonly<Record<number, readonly [name: string, read: Read, many?: Many]>>;

const SEVEN = BigInt(7);
const LOW = BigInt(127);

class Reader {
  private at = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get more(): boolean {
    return this.at < this.bytes.length;
  }

  varint(): bigint {
    let value = BigInt(0);
    for (let shift = BigInt(0); ; shift += SEVEN) {
      const byte = this.bytes[this.at++] ?? 0;
      value |= (BigInt(byte) & LOW) << shift;
      if (byte < 128) return value;
    }
  }

  /** By wire type. */
  raw(type: number): Raw {
    if (type === 0) return this.varint();
    const size = type === 2 ? Number(this.varint()) : type === 1 ? 8 : 4;
    const start = this.at;
    this.at += size;
    if (type === 1) return this.view.getBigUint64(start, true);
    return type === 5
      ? BigInt(this.view.getUint32(start, true))
      : this.bytes.subarray(start, this.at);
  }
}

/** What the shape does not name is left out. */
export function readMessage(raw: Raw, shape: Shape): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const reader = new Reader(raw as Uint8Array);
  while (reader.more) {
    const tag = Number(reader.varint());
    const value = reader.raw(tag & 7);
    const entry = shape[tag >>> 3];
    if (entry !== undefined) put(found, entry, value);
  }
  return found;
}

function put(found: Record<string, unknown>, [name, read, many]: Shape[number], raw: Raw): void {
  const value = read(raw);
  if (many === undefined) found[name] = value;
  else if (many === "list") ((found[name] ??= []) as unknown[]).push(value);
  else {
    const [key, each] = value as [string, unknown];
    ((found[name] ??= {}) as Record<string, unknown>)[key] = each;
  }
}

const NANOS = BigInt(1000);
const utf8 = new TextDecoder();

export const text: Read = (raw) => utf8.decode(raw as Uint8Array);
export const hex: Read = (raw) => Buffer.from(raw as Uint8Array).toString("hex");
export const base64: Read = (raw) => Buffer.from(raw as Uint8Array).toString("base64");
export const integer: Read = (raw) => Number(BigInt.asIntN(64, raw as bigint));
export const truth: Read = (raw) => raw !== BigInt(0);
/** Unix microseconds. */
export const micros: Read = (raw) => Number((raw as bigint) / NANOS);
export const message =
  (shape: Shape): Read =>
  (raw) =>
    readMessage(raw, shape);

export const double: Read = (raw) => {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, raw as bigint);
  return view.getFloat64(0);
};

/** Numbers of eight bytes, one after the other. */
export const packed =
  (read: Read): Read =>
  (raw) => {
    const { buffer, byteOffset, byteLength } = raw as Uint8Array;
    const view = new DataView(buffer, byteOffset, byteLength);
    return Array.from({ length: byteLength / 8 }, (_, at) => read(view.getBigUint64(8 * at, true)));
  };
