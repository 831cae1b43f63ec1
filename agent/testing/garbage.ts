/** Values that an application might pass as an attribute, by mistake or out of malice; and what a batch must be in spite of them. */
import * as fc from "fast-check";
import type { OfficialSpan } from "./official.ts";
import { codePoint } from "./text.ts";

/** Throws at whatever is done with it; only the one who reports a failed property gets a name. */
const refusing = new Proxy(
  { [fc.toStringMethod]: () => "refusing" },
  {
    get: (target, key) => {
      if (key === fc.toStringMethod) return target[fc.toStringMethod];
      throw new Error("planned");
    },
    ownKeys: () => {
      throw new Error("planned");
    },
    getPrototypeOf: () => {
      throw new Error("planned");
    },
  },
);

const cyclic: Record<string, unknown> = { deep: { deeper: {} } };
cyclic["self"] = cyclic;

const throwing = {
  [fc.toStringMethod]: () => "throwing",
  get value(): never {
    throw new Error("planned");
  },
};

const MEGABYTE = 1 << 20;
const large = ["x", "\u00e9", "\u{1f389}", "\ud800"].map((unit) =>
  unit.repeat(MEGABYTE / unit.length),
);

const oddities = fc.constantFrom<unknown>(
  refusing,
  cyclic,
  throwing,
  [refusing],
  [throwing, cyclic],
  new Proxy([1, 2], {}),
  Symbol("odd"),
  Symbol.iterator,
  () => 1,
  10n ** 30n,
  Number.NaN,
  -0,
  Infinity,
  -Infinity,
  Number.MAX_SAFE_INTEGER + 2,
  -(2 ** 63),
  Number.MIN_VALUE,
  new Uint8Array(20_000),
  Array.from({ length: 1000 }, (_, at) => at),
  "\ud800",
  "\udc00\ud800",
  "a\u0000b",
);

const ANY = {
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
  withObjectString: true,
  withBoxedValues: true,
} as const;

const text = fc.string({ unit: codePoint, maxLength: 30 });

export const name = fc.oneof(
  { weight: 8, arbitrary: text },
  { weight: 1, arbitrary: fc.constantFrom("\ud800", "", "n".repeat(5000), "__proto__") },
);

export const value = fc.oneof(
  { weight: 300, arbitrary: text },
  { weight: 200, arbitrary: fc.double() },
  { weight: 100, arbitrary: fc.maxSafeInteger() },
  { weight: 100, arbitrary: fc.array(fc.oneof(text, fc.double(), fc.constant(undefined))) },
  { weight: 200, arbitrary: fc.anything(ANY) },
  { weight: 99, arbitrary: oddities },
  { weight: 1, arbitrary: fc.constantFrom(...large) },
);

/** Every string of a span, also those within values. */
const texts = (value_: unknown): string[] => {
  if (typeof value_ === "string") return [value_];
  if (typeof value_ !== "object" || value_ === null) return [];
  return Object.entries(value_).flatMap(([key, each]) => [key, ...texts(each)]);
};

/** A lone surrogate would be no UTF-8, and a strict reader would refuse the whole batch. */
export const wellFormed = (spans: readonly OfficialSpan[]): boolean =>
  texts(spans).every((each) => each.isWellFormed());
