import { describe, expect, test } from "@jest/globals";
import { trace } from "@opentelemetry/api";
import { recorder } from "../testing/recorder.ts";
import { createCache, type Lookup } from "./cache.ts";
import { createMemoryCache } from "./memory.ts";
import { type SharedCache } from "./shared.ts";

type Stored = Awaited<ReturnType<SharedCache["get"]>>;

const open = (stored = new Map<string, Stored>()) => {
  const { monitor, told } = recorder();
  const errors: unknown[] = [];
  const shared: SharedCache = {
    get: async (key) => stored.get(key),
    set: async (key, value) => void stored.set(key, { value }),
    delete: async (key) => void stored.delete(key),
  };
  const make = (layer2 = shared) =>
    createCache({
      memory: createMemoryCache({
        maxEntries: 10,
        maxBytes: 10_000,
        seconds: () => 0,
        onRemoved: () => {},
      }),
      shared: layer2,
      monitor,
      tracer: trace.getTracer("test"),
      onSharedError: (error) => errors.push(error),
    });
  return { make, shared, stored, told, errors };
};

const lookup = (compute: () => Promise<string>): Lookup<string> => ({
  key: "key",
  ttlSeconds: 10,
  read: (text) => JSON.parse(text) as string,
  compute,
  saved: () => 350,
});

const never = async (): Promise<string> => {
  throw new Error("must not be computed");
};

describe("two layers", () => {
  test("a value is computed once, found in memory by this process and in the shared layer by the next", async () => {
    const { make, told } = open();
    const cache = make();
    expect(await cache.get(lookup(async () => "value"))).toEqual({ value: "value", hit: false });
    expect(await cache.get(lookup(never))).toEqual({ value: "value", hit: "l1" });
    expect(await make().get(lookup(never))).toEqual({ value: "value", hit: "l2" });
    expect(told("cacheLookup")).toEqual([
      { hit: false },
      { hit: true, tokensSaved: 350 },
      { hit: true, tokensSaved: 350 },
    ]);
    expect(told("cacheStore")).toHaveLength(1);
  });

  test("five callers that miss at once share one computation and one store", async () => {
    const { make, told } = open();
    const cache = make();
    let computed = 0;
    const slow = lookup(async () => {
      computed += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return "value";
    });
    const values = await Promise.all(Array.from({ length: 5 }, () => cache.get(slow)));
    expect(values.map(({ value }) => value)).toEqual(Array(5).fill("value"));
    expect(computed).toBe(1);
    expect(told("cacheStore")).toHaveLength(1);
  });

  test("a failed computation is not remembered", async () => {
    const cache = open().make();
    await expect(cache.get(lookup(never))).rejects.toThrow("must not be computed");
    expect(await cache.get(lookup(async () => "value"))).toMatchObject({ value: "value" });
  });

  test.each<[string, Stored]>([
    ["cannot be unpacked", "corrupt"],
    ["cannot be read", { value: "{no json" }],
  ])("an entry that %s is deleted and counts as a miss", async (_how, entry) => {
    const { make, stored, told } = open(new Map([["key", entry]]));
    expect(await make().get(lookup(async () => "new"))).toEqual({ value: "new", hit: false });
    expect(stored.get("key")).toEqual({ value: '"new"' });
    expect(told("cacheEviction")).toEqual([{ layer: "l2", reason: "corrupt" }]);
  });

  test("a shared layer that is away is no reason to fail", async () => {
    const away = async (): Promise<never> => {
      throw new Error("connection refused");
    };
    const { make, errors } = open();
    const cache = make({ get: away, set: away, delete: away });
    expect(await cache.get(lookup(async () => "value"))).toMatchObject({ value: "value" });
    expect(await cache.get(lookup(never))).toMatchObject({ hit: "l1" });
    expect(errors).toHaveLength(2);
  });
});
