/** Layer 1: in memory, bounded by entries and by bytes, least recently used out first. */

export interface MemoryOptions {
  maxEntries: number;
  maxBytes: number;
  seconds: () => number;
  onRemoved: (reason: "evicted" | "expired") => void;
}

export interface MemoryCache {
  get: (key: string) => string | undefined;
  set: (key: string, value: string, ttlSeconds: number) => void;
  delete: (key: string) => void;
  entries: () => number;
  bytes: () => number;
}

interface Entry {
  value: string;
  bytes: number;
  expires: number;
}

/** What an entry costs besides its characters, roughly: map slot, object, string headers. */
const overheadBytes = 160;

const sizeOf = (key: string, value: string): number =>
  key.length + Buffer.byteLength(value) + overheadBytes;

export const createMemoryCache = ({
  maxEntries,
  maxBytes,
  seconds,
  onRemoved,
}: MemoryOptions): MemoryCache => {
  /** A Map keeps the order of insertion, so its first key is the least recently used one. */
  const entries = new Map<string, Entry>();
  let bytes = 0;

  const remove = (key: string): void => {
    bytes -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  };

  const shrink = (): void => {
    for (const key of entries.keys()) {
      if (entries.size <= maxEntries && bytes <= maxBytes) return;
      remove(key);
      onRemoved("evicted");
    }
  };

  return {
    get: (key) => {
      const entry = entries.get(key);
      if (!entry) return undefined;
      if (entry.expires <= seconds()) {
        remove(key);
        onRemoved("expired");
        return undefined;
      }
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set: (key, value, ttlSeconds) => {
      remove(key);
      const size = sizeOf(key, value);
      entries.set(key, { value, bytes: size, expires: seconds() + ttlSeconds });
      bytes += size;
      shrink();
    },
    delete: remove,
    entries: () => entries.size,
    bytes: () => bytes,
  };
};
