import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Message } from "../../testing/protobuf.ts";
import { Writer, writeAttribute } from "./protobuf.ts";
import { keep } from "./values.ts";

const written = (write: (out: Writer) => void): Message => {
  const out = new Writer();
  write(out);
  return new Message(out.take());
};

test("integers of every size are read back", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      expect(written((out) => out.uint(3, value)).integer(3)).toBe(BigInt(value));
    }),
  );
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

test("strings are valid UTF-8 on the wire, lone surrogates included", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
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

test("an endless string is cut", () => {
  const attribute = written((out) => writeAttribute(out, 9, "k", "x".repeat(1e6))).one(9);
  expect(attribute.one(2).text(1).length).toBe(8192);
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
