/** Layer 2: Redis, shared by all gateways, compressed. */
import { gunzipSync, gzipSync } from "node:zlib";
import { type Redis } from "ioredis";

export interface SharedCache {
  /** `corrupt` when something is stored that cannot be read. */
  get: (key: string) => Promise<{ value: string } | "corrupt" | undefined>;
  set: (key: string, value: string, ttlSeconds: number) => Promise<void>;
  delete: (key: string) => Promise<void>;
}

/** Fast rather than small: entries are a kilobyte or two. */
const level = 1;

const unpacked = (bytes: Buffer): { value: string } | "corrupt" => {
  try {
    return { value: gunzipSync(bytes).toString("utf8") };
  } catch {
    return "corrupt";
  }
};

export const createSharedCache = (redis: Redis): SharedCache => ({
  get: async (key) => {
    const bytes = await redis.getBuffer(key);
    return bytes ? unpacked(bytes) : undefined;
  },
  set: async (key, value, ttlSeconds) => {
    await redis.set(key, gzipSync(value, { level }), "EX", ttlSeconds);
  },
  delete: async (key) => {
    await redis.del(key);
  },
});
