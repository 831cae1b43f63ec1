/** Redis, and PostgreSQL where a workload needs it. */
import { setTimeout } from "node:timers/promises";
import { startServers } from "../../pipeline/testing/servers.ts";
import { startRedis } from "../testing/servers.ts";
import type { Site } from "./workloads.ts";

export interface Stores extends Pick<Site, "redisUrl" | "databaseUrl"> {
  stop: () => Promise<void>;
}

export const startStores = (database: boolean): Promise<Stores> =>
  database ? startServers() : redisOnly();

const PATIENCE_MS = 2000;

const redisOnly = async (): Promise<Stores> => {
  const redis = await startRedis();
  if (!redis)
    throw new Error("starting Redis: there is none here; `npm run cluster -- build` makes one");
  return {
    redisUrl: `redis://127.0.0.1:${redis.port}`,
    databaseUrl: "",
    stop: () => endOf(redis),
  };
};

/** Ctrl-C ends it with us, and then it cannot end again. */
const endOf = async (redis: { stop: () => Promise<void> }): Promise<void> => {
  const ended = new AbortController();
  const patience = setTimeout(PATIENCE_MS, undefined, { signal: ended.signal });
  await Promise.race([redis.stop(), patience.catch(() => undefined)]);
  ended.abort();
};
