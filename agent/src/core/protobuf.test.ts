import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Message } from "../../testing/protobuf.ts";
import { codePoint } from "../../testing/text.ts";
import { encodeAttributes, Writer, writeAttribute } from "./protobuf.ts";
import { keep, type Value } from "./values.ts";

const bytesOf = (write: (out: Writer) => void): Uint8Array => {
  const out = new Writer();
  write(out);
  return out.take();
};
const written = (write: (out: Writer) => void): Message => new Message(bytesOf(write));

test("integers of every size are read back", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      expect(written((out) => out.uint(3, value)).integer(3)).toBe(BigInt(value));
    }),
  );
});

test.each([
  [0, "00"],
  [127, "7f"],
  [128, "8001"],
  [16_383, "ff7f"],
  [16_384, "808001"],
  [2 ** 32, "8080808010"],
  [Number.MAX_SAFE_INTEGER, "ffffffffffffff0f"],
  [-1, "ffffffffffffffffff01"],
  [-128, "80ffffffffffffffff01"],
  [Number.MIN_SAFE_INTEGER, "81808080808080f0ff01"],
])("the integer %d takes no more bytes than it must", (value, hex) => {
  expect(Buffer.from(bytesOf((out) => out.varint(value))).toString("hex")).toBe(hex);
});

test("doubles are read back bit for bit", () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      expect(Object.is(written((out) => out.double(4, value)).double(4), value)).toBe(true);
    }),
  );
});

test("fixed64 holds any safe integer", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      expect(written((out) => out.fixed64(4, value)).unsigned(4)).toBe(BigInt(value));
    }),
  );
});

test.each([0, 1, 127, 128, 129, 16_383, 16_384, 300_000])(
  "a message of %d bytes has the right length",
  (size) => {
    const message = written((out) => {
      out.message(1, () => out.message(2, () => out.blob(3, new Uint8Array(size).fill(9))));
      out.uint(5, 77);
    });
    expect(message.one(1).one(2).bytes(3).length).toBe(size);
    expect(message.integer(5)).toBe(77n);
  },
);

test.each([0, 1, 127, 128, 16_383, 16_384])(
  "a message whose %d bytes come one after another is the same as if they had been known",
  (size) => {
    const content = Uint8Array.from({ length: size }, (_, at) => at % 251);
    const message = bytesOf((out) => {
      out.message(1, () => out.raw(content));
      out.uint(2, 1);
    });
    const blob = bytesOf((out) => {
      out.blob(1, content);
      out.uint(2, 1);
    });
    expect(Buffer.compare(message, blob)).toBe(0);
  },
);

test("the buffer grows when it is full and not before, and keeps what was written", () => {
  const out = new Writer();
  const { length } = out.bytes;
  const sizes = [length, 1, length * 4].map((size) => {
    out.raw(new Uint8Array(size).fill(7));
    return out.bytes.length;
  });
  expect(sizes).toEqual([length, 2 * length, 5 * length + 1]);
  expect(out.take()).toEqual(new Uint8Array(5 * length + 1).fill(7));
});

/** Its tag takes four bytes. */
const FAR = 300_000;
test.each<[string, (out: Writer) => void]>([
  ["small integer", (out) => out.uint(FAR, 1)],
  ["large integer", (out) => out.uint(FAR, Number.MAX_SAFE_INTEGER)],
  ["negative integer", (out) => out.uint(FAR, -1)],
  ["double", (out) => out.double(FAR, 1.5)],
  ["fixed32", (out) => out.fixed32(FAR, 4_000_000_000)],
  ["fixed64", (out) => out.fixed64(FAR, 2 ** 40)],
  ["time", (out) => out.time(FAR, 1)],
  ["fixed64 of a list", (out) => out.fixed64Value(2 ** 40)],
  ["plain string", (out) => out.string(FAR, "x".repeat(100))],
  ["string", (out) => out.string(FAR, "ä".repeat(100))],
  ["message", (out) => out.message(FAR, () => out.raw(new Uint8Array(200)))],
])("a %s finds room wherever the buffer ends", (_, write) => {
  const alone = bytesOf(write);
  for (let before = 0; before <= 256; before++) {
    const bytes = bytesOf((out) => {
      out.raw(new Uint8Array(before));
      write(out);
    });
    expect(Buffer.compare(bytes.subarray(before), alone)).toBe(0);
  }
});

test("a fixed32 holds any word", () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 32 - 1 }), (value) => {
      expect(written((out) => out.fixed32(4, value)).unsigned(4)).toBe(BigInt(value));
    }),
  );
});

test("a time is nanoseconds since 1970", () => {
  const message = written((out) => {
    out.time(7, 0);
    out.time(8, 1500);
  });
  expect(message.unsigned(8) - message.unsigned(7)).toBe(1_500_000_000n);
  expect(Number(message.unsigned(7)) / 1e6).toBeCloseTo(performance.timeOrigin, 0);
});

test("a writer starts anew after it was emptied", () => {
  const out = new Writer();
  out.uint(1, 1);
  out.reset();
  out.uint(2, 2);
  expect(new Message(out.take()).numbers()).toEqual([2]);
  out.uint(3, 3);
  expect(new Message(out.take()).numbers()).toEqual([3]);
});

const LENGTHS = [0, 1, 127, 128, 300];
const CODES = [0x78, 0x7f, 0x80, 0xe4, 0x20ac];
test.each(LENGTHS.flatMap((length) => CODES.map((code) => [length, code] as const)))(
  "%d times the character %d is written as UTF-8",
  (length, code) => {
    const text = String.fromCharCode(code).repeat(length);
    const string = bytesOf((out) => out.string(1, text));
    expect(string).toEqual(bytesOf((out) => out.blob(1, new TextEncoder().encode(text))));
  },
);

test("strings are valid UTF-8 on the wire, lone surrogates included", () => {
  fc.assert(
    fc.property(fc.string({ unit: codePoint }), (text) => {
      expect(written((out) => out.string(1, text)).text(1)).toBe(text.toWellFormed());
    }),
  );
});

test("any value the application may pass is encoded or left out, never broken", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.anything({
        withDate: true,
        withTypedArray: true,
        withNullPrototype: true,
        withBigInt: true,
      }),
      (key, given) => {
        const value = keep(given);
        if (value === undefined) return;
        const attribute = written((out) => writeAttribute(out, 9, key, value)).one(9);
        expect(attribute.text(1)).toBe(key.toWellFormed());
        expect(attribute.has(2)).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});

const anyOf = (value: Value): Message =>
  written((out) => writeAttribute(out, 9, "key", value))
    .one(9)
    .one(2);

test.each<[Value, number, (any: Message) => unknown, unknown]>([
  ["text", 1, (any) => any.text(1), "text"],
  ["", 1, (any) => any.text(1), ""],
  [true, 2, (any) => any.integer(2), 1n],
  [false, 2, (any) => any.integer(2), 0n],
  [-7, 3, (any) => any.integer(3), -7n],
  [1.5, 4, (any) => any.double(4), 1.5],
  [2 ** 53, 4, (any) => any.double(4), 2 ** 53],
  [Infinity, 4, (any) => any.double(4), Infinity],
  [
    ["a", "b"],
    5,
    (any) =>
      any
        .one(5)
        .many(1)
        .map((each) => each.text(1)),
    ["a", "b"],
  ],
  [
    { a: "b" },
    6,
    (any) =>
      any
        .one(6)
        .many(1)
        .map((each) => [each.text(1), each.one(2).text(1)]),
    [["a", "b"]],
  ],
  [Uint8Array.of(1, 2), 7, (any) => [...any.bytes(7)], [1, 2]],
])("the value %j is of kind %d", (value, kind, read, expected) => {
  const any = anyOf(value);
  expect(any.numbers()).toEqual([kind]);
  expect(read(any)).toEqual(expected);
});

test("null is a value of no kind", () => {
  expect(anyOf(null).numbers()).toEqual([]);
});

test("constants that are not there are left out", () => {
  const entries = new Message(encodeAttributes(9, { a: 1, b: undefined, c: null })).many(9);
  expect(entries.map((each) => each.text(1))).toEqual(["a", "c"]);
});

test.each([8191, 8192, 8193, 1e6])("a string of %d is cut at 8192", (length) => {
  const long = "x".repeat(length);
  const attribute = written((out) => writeAttribute(out, 9, long, long)).one(9);
  expect(attribute.text(1)).toBe(long.slice(0, 8192));
  expect(attribute.one(2).text(1)).toBe(long.slice(0, 8192));
});

test("values that hurt to read are left out", () => {
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  const trap = { get boom() { throw new Error("no"); } }; // prettier-ignore
  expect(keep(trap)).toBeUndefined();
  expect(JSON.stringify(keep(cyclic)).length).toBeLessThan(200);
  expect(keep(() => 1)).toBeUndefined();
  expect(keep(new Date())).toBeUndefined();
  expect(keep(5n)).toBeUndefined();
});

test("a kept list does not change with the caller's", () => {
  const list = ["a"];
  const value = keep(list);
  list.push("b");
  expect(value).toEqual(["a"]);
});
