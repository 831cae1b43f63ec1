/** HTTP to the API server: one connection pool, deadlines, and repetition of what may be repeated. Knows no Kubernetes objects. */
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, type RequestOptions, request as requestHttps } from "node:https";
import { type IncomingMessage, request as requestHttp } from "node:http";
import type { KubeConfig } from "@kubernetes/client-node";
import { ClusterError } from "./cluster.ts";

export interface Call {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its query. */
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** The same call twice does the same as once, so it may be repeated when nobody knows what became of it. */
  repeatable: boolean;
}

export interface Answer {
  status: number;
  text: string;
}

export interface Wire {
  /** Throws Unavailable when there was no answer at all, or none but "not now", until the deadline. */
  call(call: Call): Promise<Answer>;
  /** Reads an answer line by line until it ends, is aborted, or has been silent for too long. */
  stream(path: string, reading: Reading): Promise<void>;
}

export interface Reading {
  headers?: Record<string, string>;
  signal: AbortSignal;
  onLine: (line: string) => void;
  /** An open connection that says nothing for so long is dead. */
  silenceMs: number;
}

export interface WireOptions {
  /** For one call with all its repetitions. */
  deadlineMs?: number;
  /** Told about every answer; status 0 is none. */
  observe?: (call: { method: string; status: number; seconds: number }) => void;
}

const FIRST_PAUSE_MS = 200;
const NOT_NOW: readonly number[] = [429, 500, 502, 503, 504];

export const openWire = (config: KubeConfig, options: WireOptions = {}): Wire => {
  const { deadlineMs = 15_000, observe = () => undefined } = options;
  // Shorter than the API server's idle time-out of 90 s: a pooled connection must not end while we write into it.
  const agent = new Agent({ keepAlive: true, timeout: 60_000 });
  const send = async (call: Call, signal: AbortSignal): Promise<Reply> => {
    const begin = performance.now();
    const note = (status: number) =>
      observe({ method: call.method, status, seconds: (performance.now() - begin) / 1000 });
    try {
      const response = await exchange(call, { config, agent, signal });
      const text = await textOf(response);
      note(response.statusCode ?? 0);
      return {
        status: response.statusCode ?? 0,
        text,
        retryAfter: response.headers["retry-after"],
      };
    } catch (error) {
      note(0);
      throw error;
    }
  };
  return {
    call: (call) => persist(call, send, deadlineMs),
    stream: (path, reading) => stream({ config, path, reading }),
  };
};

interface Reply extends Answer {
  retryAfter: string | undefined;
}

/** No answer at all, and why. */
interface Silence {
  silence: Error;
}

interface Connection {
  config: KubeConfig;
  agent?: Agent;
  signal: AbortSignal;
}

const persist = async (
  call: Call,
  send: (call: Call, signal: AbortSignal) => Promise<Reply>,
  deadlineMs: number,
): Promise<Answer> => {
  const signal = AbortSignal.timeout(deadlineMs);
  const until = performance.now() + deadlineMs;
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await send(call, signal).catch((error: unknown): Silence => ({
      silence: error as Error,
    }));
    const pause = pauseAfter(outcome, { call, attempt });
    if (pause !== undefined && performance.now() + pause < until) await sleep(pause);
    else if ("silence" in outcome) throw unreachable(call, outcome.silence);
    else return outcome;
  }
};

/** How long to wait before the call is repeated; undefined: not at all. */
const pauseAfter = (
  outcome: Reply | Silence,
  { call, attempt }: { call: Call; attempt: number },
): number | undefined => {
  const backoff = FIRST_PAUSE_MS * 2 ** attempt * (0.75 + Math.random() / 2);
  if ("silence" in outcome) return call.repeatable ? backoff : undefined;
  if (!NOT_NOW.includes(outcome.status)) return undefined;
  // Only 429 says that nothing was done; after a 5xx a write may have happened.
  if (outcome.status !== 429 && !call.repeatable) return undefined;
  return Math.max(backoff, retryAfterMs(outcome.retryAfter));
};

const retryAfterMs = (header: string | undefined): number => {
  const seconds = Number(header ?? 0);
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
};

const unreachable = ({ method, path }: Call, cause: Error): ClusterError =>
  new ClusterError("Unavailable", `calling the API server: ${method} ${path}: ${cause.message}`, {
    cause,
  });

const exchange = async (
  call: Pick<Call, "method" | "path" | "headers" | "body">,
  { config, agent, signal }: Connection,
): Promise<IncomingMessage> => {
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error("there is no cluster in the configuration");
  const url = new URL(cluster.server.replace(/\/$/, "") + call.path);
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const options: RequestOptions = { method: call.method, headers: headersOf(call, body), signal };
  // Asked every time: tokens are rotated.
  await config.applyToHTTPSOptions(options);
  if (agent && !cluster.proxyUrl && url.protocol === "https:") options.agent = agent;
  return new Promise((resolve, reject) => {
    const open = url.protocol === "https:" ? requestHttps : requestHttp;
    const request = open(url, options, resolve);
    request.on("error", reject);
    request.end(body);
  });
};

const headersOf = (
  { headers }: Pick<Call, "headers">,
  body: string | undefined,
): Record<string, string> => ({
  accept: "application/json",
  "user-agent": "flashcard-otel",
  ...(body === undefined
    ? {}
    : { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) }),
  ...headers,
});

const textOf = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
};

const stream = async ({
  config,
  path,
  reading,
}: {
  config: KubeConfig;
  path: string;
  reading: Reading;
}): Promise<void> => {
  const dead = new AbortController();
  const silence = setTimeout(
    () => dead.abort(new Error("the watch fell silent")),
    reading.silenceMs,
  );
  try {
    const signal = AbortSignal.any([reading.signal, dead.signal]);
    const call = {
      method: "GET" as const,
      path,
      ...(reading.headers && { headers: reading.headers }),
    };
    const response = await exchange(call, { config, signal });
    if (response.statusCode !== 200) {
      throw new WatchRefused(response.statusCode ?? 0, (await textOf(response)).slice(0, 500));
    }
    await eachLine(response, (line) => {
      silence.refresh();
      reading.onLine(line);
    });
  } finally {
    clearTimeout(silence);
  }
};

export class WatchRefused extends Error {
  readonly status: number;
  constructor(status: number, text: string) {
    super(`watching: ${status} ${text}`);
    this.name = "WatchRefused";
    this.status = status;
  }
}

const eachLine = async (response: IncomingMessage, onLine: (line: string) => void) => {
  let rest = "";
  response.setEncoding("utf8");
  for await (const chunk of response as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    // What is not ended by a newline is not a whole event.
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") onLine(line);
  }
};
