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
    // Ctrl-C ends it with us, and then it cannot end again.
    stop: () => Promise.race([redis.stop(), setTimeout(PATIENCE_MS)]),
  };
};
