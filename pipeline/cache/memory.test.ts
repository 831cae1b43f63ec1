import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { createMemoryCache, type MemoryCache } from "./memory.ts";

const open = (limits: { maxEntries?: number; maxBytes?: number } = {}) => {
  const removed: string[] = [];
  let time = 0;
  const cache = createMemoryCache({
    maxEntries: limits.maxEntries ?? 100,
    maxBytes: limits.maxBytes ?? 1_000_000,
    seconds: () => time,
    onRemoved: (reason) => removed.push(reason),
  });
  return { cache, removed, pass: (seconds: number) => (time += seconds) };
};

const keysIn = (cache: MemoryCache, keys: string[]): string[] =>
  keys.filter((key) => cache.get(key) !== undefined);

describe("layer 1", () => {
  test("the least recently used entry goes first, not the least frequently used one", () => {
    const { cache, removed } = open({ maxEntries: 2 });
    cache.set("often", "1", 10);
    for (let count = 0; count < 5; count += 1) cache.get("often");
    cache.set("lately", "2", 10);
    cache.set("new", "3", 10);
    expect(keysIn(cache, ["often", "lately", "new"])).toEqual(["lately", "new"]);
    expect(removed).toEqual(["evicted"]);
  });

  test("an entry that is read moves to the back", () => {
    const { cache } = open({ maxEntries: 2 });
    cache.set("a", "1", 10);
    cache.set("b", "2", 10);
    cache.get("a");
    cache.set("c", "3", 10);
    expect(keysIn(cache, ["a", "b", "c"])).toEqual(["a", "c"]);
  });

  test("an entry ends with its time to live", () => {
    const { cache, removed, pass } = open();
    cache.set("a", "1", 10);
    pass(9);
    expect(cache.get("a")).toBe("1");
    pass(1);
    expect(cache.get("a")).toBeUndefined();
    expect({ removed, bytes: cache.bytes(), entries: cache.entries() }).toEqual({
      removed: ["expired"],
      bytes: 0,
      entries: 0,
    });
  });

  test("both bounds hold after every write, and what is gone weighs nothing", () => {
    const act = fc.record({
      key: fc.constantFrom("a", "b", "c", "d", "e"),
      length: fc.integer({ min: 0, max: 3000 }),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const { cache } = open({ maxEntries: 3, maxBytes: 5000 });
        for (const { key, length } of acts) {
          cache.set(key, "x".repeat(length), 10);
          expect(cache.entries()).toBeLessThanOrEqual(3);
          expect(cache.bytes()).toBeLessThanOrEqual(5000);
        }
        for (const { key } of acts) cache.delete(key);
        expect(cache.bytes()).toBe(0);
      }),
    );
  });
});
