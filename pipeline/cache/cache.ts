/** Two layers, cache-aside: look here, look there, else compute once and remember in both. */
import { type Tracer } from "@opentelemetry/api";
import { withSpan } from "../telemetry/spans.ts";
import { type Monitor } from "../telemetry/monitor.ts";
import { type MemoryCache } from "./memory.ts";
import { type SharedCache } from "./shared.ts";

export interface Cached<T> {
  value: T;
  hit: "l1" | "l2" | false;
}

export interface Lookup<T> {
  key: string;
  ttlSeconds: number;
  /** Throws when the stored text cannot be what was stored: the entry is deleted and counts as a miss. */
  read: (text: string) => T;
  compute: () => Promise<T>;
  /** Tokens that a hit did not cost. */
  saved?: (value: T) => number;
}

export interface Cache {
  get: <T>(lookup: Lookup<T>) => Promise<Cached<T>>;
}

interface Dependencies {
  memory: MemoryCache;
  shared: SharedCache;
  monitor: Monitor;
  tracer: Tracer;
  /** The second layer failing is no reason to fail: it is only slower without it. */
  onSharedError: (error: unknown) => void;
}

export const createCache = (dependencies: Dependencies): Cache => {
  const { memory, monitor } = dependencies;
  const computing = new Map<string, Promise<unknown>>();
  monitor.gauge("cacheSize", () => [{ value: memory.bytes() }]);
  monitor.gauge("cacheEntries", () => [{ value: memory.entries(), labels: { layer: "l1" } }]);

  /** Many callers that miss the same key at once share one computation. */
  const once = <T>(lookup: Lookup<T>): Promise<T> => {
    const running = computing.get(lookup.key);
    if (running) return running as Promise<T>;
    const computed = lookup.compute();
    const settled = computed.finally(() => computing.delete(lookup.key));
    computing.set(lookup.key, settled);
    return settled;
  };

  return {
    get: async <T>(lookup: Lookup<T>) => {
      const found = await find(dependencies, lookup);
      if (found) {
        monitor.cacheLookup({ hit: true, tokensSaved: lookup.saved?.(found.value) ?? 0 });
        return found;
      }
      monitor.cacheLookup({ hit: false });
      const first = !computing.has(lookup.key);
      const value = await once(lookup);
      if (first) await store(dependencies, lookup, value);
      return { value, hit: false };
    },
  };
};

const find = <T>(dependencies: Dependencies, lookup: Lookup<T>): Promise<Cached<T> | undefined> =>
  withSpan(dependencies.tracer, { name: "cache.get" }, async (span) => {
    const found = fromMemory(dependencies, lookup) ?? (await fromShared(dependencies, lookup));
    span.setAttribute("cache.hit", found !== undefined);
    if (found?.hit) span.setAttribute("cache.layer", found.hit);
    return found;
  });

const fromMemory = <T>(
  { memory }: Dependencies,
  { key, read }: Lookup<T>,
): Cached<T> | undefined => {
  const text = memory.get(key);
  return text === undefined ? undefined : { value: read(text), hit: "l1" };
};

const fromShared = async <T>(
  { shared, memory, monitor, onSharedError }: Dependencies,
  { key, read, ttlSeconds }: Lookup<T>,
): Promise<Cached<T> | undefined> => {
  try {
    const stored = await shared.get(key);
    if (stored === undefined) return undefined;
    const value = stored === "corrupt" ? undefined : readable(read, stored.value);
    if (stored === "corrupt" || value === undefined) {
      await shared.delete(key);
      monitor.cacheEviction({ layer: "l2", reason: "corrupt" });
      return undefined;
    }
    memory.set(key, stored.value, ttlSeconds);
    return { value, hit: "l2" };
  } catch (error) {
    onSharedError(error);
    return undefined;
  }
};

const readable = <T>(read: (text: string) => T, text: string): T | undefined => {
  try {
    return read(text);
  } catch {
    return undefined;
  }
};

const store = <T>(
  { memory, shared, monitor, tracer, onSharedError }: Dependencies,
  { key, ttlSeconds }: Lookup<T>,
  value: T,
): Promise<void> =>
  withSpan(tracer, { name: "cache.set" }, async () => {
    const text = JSON.stringify(value);
    memory.set(key, text, ttlSeconds);
    monitor.cacheStore();
    await shared.set(key, text, ttlSeconds).catch(onSharedError);
  });
