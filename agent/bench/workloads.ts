/** What the agent is measured on: the pipeline's services, and a small one whose CPU per span can be chosen. */
import type { Program } from "./programs.ts";

/** Where everything is that a program may need. */
export interface Site {
  redisUrl: string;
  databaseUrl: string;
  /** Addresses of the programs behind, by name. */
  urls: Record<string, string>;
}

export interface Call {
  /** 32 hex characters that no other item has; both arms look alike. */
  trace: string;
  /** Rounds of the spin; 0 where there is none. */
  spin: number;
}

export interface Sent {
  path: string;
  type: string;
  body: string;
}

export interface Workload {
  name: string;
  /** Started plain, in this order; their CPU is nobody's. */
  behind: Placed[];
  /** The one that is measured. */
  target: Placed;
  needsDatabase: boolean;
  item: (call: Call) => Sent;
  /** Application CPU microseconds of an item, to be reached by spinning. */
  aimUs?: number;
}

export type Placed = Program & { env: (site: Site) => Record<string, string> };

const mock: Placed = {
  name: "mock-llm",
  main: "pipeline/mock-llm/main.ts",
  // A short wait: more would only make a run longer.
  env: () => ({ LATENCY_MS: "1" }),
};

const gateway: Placed = {
  name: "llm-gateway",
  main: "pipeline/llm-gateway/main.ts",
  env: ({ redisUrl, urls }) => ({
    REDIS_URL: redisUrl,
    LLM_BASE_URL: `${urls["mock-llm"]}/v1`,
    OPENROUTER_API_KEY: "none",
    RATE_LIMIT_PER_MINUTE: "600000",
  }),
};

const worker: Placed = {
  name: "worker",
  main: "pipeline/worker/main.ts",
  env: ({ redisUrl, databaseUrl, urls }) => ({
    REDIS_URL: redisUrl,
    DATABASE_URL: databaseUrl,
    GATEWAY_URL: urls["llm-gateway"] ?? "",
  }),
};

const api: Placed = {
  name: "ingest-api",
  main: "pipeline/ingest-api/main.ts",
  env: ({ redisUrl, databaseUrl }) => ({
    REDIS_URL: redisUrl,
    DATABASE_URL: databaseUrl,
    // A queue that nobody reads, and nobody misses what falls out of it.
    QUEUE_STREAM: "bench",
    QUEUE_MAX_LENGTH: "1000",
    SWEEP_MS: "86400000",
  }),
};

const flash: Placed = {
  name: "flash",
  main: "agent/bench/flash.cjs",
  env: ({ redisUrl, urls }) => ({
    REDIS_URL: redisUrl,
    UPSTREAM_URL: `${urls["mock-llm"]}/readyz`,
  }),
};

const json = (path: string, body: object): Sent => ({
  path,
  type: "application/json",
  body: JSON.stringify(body),
});

const word = (trace: string): object => ({ position: 1, term: `낱말 ${trace}`, type: "noun" });

const upload = (trace: string): Sent => ({
  path: "/batches",
  type: "text/csv",
  body: ["term,type", ...["가", "나", "다", "라", "마"].map((one) => `${one}${trace},noun`)].join(
    "\n",
  ),
});

/** Besides those of the reads: server, Redis SET, two of HTTP. */
const OTHER_SPANS = 4;

/** Reads are the cheapest spans: without several of them an item costs more per span than it should before it spins at all. */
const flashAt = (millisecondsPerSpan: number, reads: number): Workload => ({
  name: `flash-${millisecondsPerSpan}`,
  behind: [mock],
  target: flash,
  needsDatabase: false,
  item: ({ trace, spin }) => json("/cards", { word: trace, reads, spin }),
  aimUs: Math.round(millisecondsPerSpan * 1000 * (OTHER_SPANS + reads)),
});

export const workloads: readonly Workload[] = [
  {
    name: "gateway",
    behind: [mock],
    target: gateway,
    needsDatabase: false,
    item: ({ trace }) => json("/v1/stage1", word(trace)),
  },
  {
    name: "gateway-hit",
    behind: [mock],
    target: gateway,
    needsDatabase: false,
    item: () => json("/v1/stage1", word("")),
  },
  {
    name: "worker",
    // The API builds the schema.
    behind: [mock, gateway, api],
    target: worker,
    needsDatabase: true,
    item: ({ trace }) => json("/items", word(trace)),
  },
  {
    name: "api",
    behind: [],
    target: api,
    needsDatabase: true,
    item: ({ trace }) => upload(trace),
  },
  flashAt(0.1, 8),
  flashAt(0.16, 3),
  flashAt(0.25, 1),
  flashAt(0.5, 1),
];
