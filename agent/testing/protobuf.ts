/** An independent protobuf reader: it knows the wire format, and nothing of the writer it checks. */

export type Field = { number: number; value: number | bigint | Uint8Array };

export function readMessage(bytes: Uint8Array): Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 63n) throw new Error(`broken varint at ${at}`);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (size: number): number => {
    at += size;
    if (at > bytes.length) throw new Error(`field ends at ${at}, message at ${bytes.length}`);
    return at - size;
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >>> 3;
    if (number === 0) throw new Error("field number 0");
    const wire = tag & 7;
    if (wire === 0) fields.push({ number, value: varint() });
    else if (wire === 1) fields.push({ number, value: view.getBigUint64(take(8), true) });
    else if (wire === 5) fields.push({ number, value: view.getUint32(take(4), true) });
    else if (wire === 2) {
      const size = Number(varint());
      const start = take(size);
      fields.push({ number, value: bytes.subarray(start, start + size) });
    } else throw new Error(`wire type ${wire}`);
  }
  return fields;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

export class Message {
  private readonly fields: Field[];
  constructor(bytes: Uint8Array) {
    this.fields = readMessage(bytes);
  }
  has(number: number): boolean {
    return this.fields.some((field) => field.number === number);
  }
  all(number: number): (number | bigint | Uint8Array)[] {
    return this.fields.filter((field) => field.number === number).map(({ value }) => value);
  }
  bytes(number: number): Uint8Array {
    const value = this.all(number).at(-1);
    return value instanceof Uint8Array ? value : new Uint8Array(0);
  }
  text(number: number): string {
    return utf8.decode(this.bytes(number));
  }
  hex(number: number): string {
    return Buffer.from(this.bytes(number)).toString("hex");
  }
  integer(number: number): bigint {
    return BigInt.asIntN(64, this.unsigned(number));
  }
  unsigned(number: number): bigint {
    const value = this.all(number).at(-1);
    return typeof value === "bigint" || typeof value === "number" ? BigInt(value) : 0n;
  }
  double(number: number): number {
    return doubleOf(this.unsigned(number));
  }
  one(number: number): Message {
    return new Message(this.bytes(number));
  }
  many(number: number): Message[] {
    return this.all(number).map((value) => new Message(value as Uint8Array));
  }
  numbers(): number[] {
    return [...new Set(this.fields.map(({ number }) => number))];
  }
}

export function doubleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}
