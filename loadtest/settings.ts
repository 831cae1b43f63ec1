/** What a trial is told by its environment. */

type Environment = Record<string, string | undefined>;

export type Side = "plain" | "injected";

export interface TrialSettings {
  attempt: string;
  /** 16 hex characters: the first half of every trace id of this attempt. */
  token: string;
  urls: Record<Side, string>;
  meters: Record<Side, string>;
  sink: string;
  /** Answered by the application without work: its readiness path. */
  flushPath: string;
  warmupItems: number;
  aaBlocks: number;
  blocks: number;
  pairsPerBlock: number;
  twinPairs: number;
  /** Share of the items whose trace is sampled, as callers of the profile would have it. */
  sampleRatio: number;
  /** Items that a process serves between two exports where it is in production. */
  itemsPerExport: number;
  seed: number;
  /** For the record, where the load is told them. */
  marginPercent?: number;
  alpha?: number;
}

/** Fifty a second, exported every five seconds. */
export const ITEMS_PER_EXPORT = 250;

/** One fresh pair of a record of them. */
export interface PairSettings {
  pair: number;
  /** The twin that was started first. */
  first: Side;
  /** Measured items of each twin. */
  items: number;
  maxPairs: number;
}

/** undefined where the environment asks for items on and off. */
export const pairFrom = (env: Environment): PairSettings | undefined =>
  env["PAIR"]
    ? {
        pair: Number(env["PAIR"]),
        first: env["FIRST"] === "injected" ? "injected" : "plain",
        items: Number(env["EPOCH_ITEMS"]),
        maxPairs: Number(env["MAX_PAIRS"]),
      }
    : undefined;

/** Throws one sentence that names everything that is missing or wrong. */
export const settingsFrom = (env: Environment): TrialSettings => {
  const trouble: string[] = [];
  const text = textIn(env, trouble);
  const count = countIn(env, trouble);
  const settings: TrialSettings = {
    attempt: text("ATTEMPT"),
    token: text("TOKEN", /^[0-9a-f]{16}$/),
    urls: { plain: text("PLAIN_URL", URL), injected: text("TWIN_URL", URL) },
    meters: { plain: text("PLAIN_METER_URL", URL), injected: text("TWIN_METER_URL", URL) },
    sink: text("SINK_URL", URL),
    flushPath: env["FLUSH_PATH"] ?? "/",
    warmupItems: count("WARMUP_ITEMS", 1500),
    aaBlocks: count("AA_BLOCKS", 10),
    blocks: count("BLOCKS", 300),
    pairsPerBlock: count("PAIRS_PER_BLOCK", 50),
    twinPairs: count("TWIN_PAIRS", 100),
    sampleRatio: shareIn(env, trouble),
    itemsPerExport: count("ITEMS_PER_EXPORT", ITEMS_PER_EXPORT),
    seed: count("SEED", 1),
    ...(env["MARGIN_PERCENT"] ? { marginPercent: Number(env["MARGIN_PERCENT"]) } : {}),
    ...(env["ALPHA"] ? { alpha: Number(env["ALPHA"]) } : {}),
  };
  if (trouble.length > 0) throw new Error(`reading the environment: ${trouble.join("; ")}`);
  return settings;
};

const URL = /^https?:\/\/[^/]+\/?$/;

const textIn =
  (env: Environment, trouble: string[]) =>
  (name: string, shape = /./): string => {
    const value = env[name] ?? "";
    if (!shape.test(value))
      trouble.push(value === "" ? `${name} is not set` : `${name} is ${value}`);
    return value.replace(/\/$/, "");
  };

const shareIn = (env: Environment, trouble: string[]): number => {
  const value = env["SAMPLE_RATIO"] ? Number(env["SAMPLE_RATIO"]) : 1;
  if (!(value > 0 && value <= 1))
    trouble.push(`SAMPLE_RATIO is ${env["SAMPLE_RATIO"]}, not a share above 0 and up to 1`);
  return value;
};

const countIn =
  (env: Environment, trouble: string[]) =>
  (name: string, standard: number): number => {
    const value = env[name] ? Number(env[name]) : standard;
    if (!Number.isInteger(value) || value < 0)
      trouble.push(`${name} is ${env[name]}, not a whole number`);
    return value;
  };
