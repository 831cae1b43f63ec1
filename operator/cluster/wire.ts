/** HTTP to the API server: one pool of connections for calls, shared ones for streams, deadlines, and repetition of what may be repeated. Knows no Kubernetes objects. */
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, type RequestOptions, request as requestHttps } from "node:https";
import { type IncomingMessage, request as requestHttp } from "node:http";
import type { KubeConfig } from "@kubernetes/client-node";
import { ClusterError } from "./cluster.ts";
import { type Opened, type OpenStream, sharing } from "./sessions.ts";

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
      const asked = await destination(call, config);
      const pool = asked.isDirect ? agent : undefined;
      const response = await exchange(asked, { agent: pool, signal });
      const { status, body } = opened(response);
      const text = await textOf(body);
      note(status);
      return { status, text, retryAfter: response.headers["retry-after"] };
    } catch (error) {
      note(0);
      throw error;
    }
  };
  const openStream = sharing();
  return {
    call: (call) => persist(call, send, deadlineMs),
    stream: (path, reading) => stream({ config, openStream, path, reading }),
  };
};

interface Reply extends Answer {
  retryAfter: string | undefined;
}

/** No answer at all, and why. */
interface Silence {
  silence: Error;
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

type Asked = Pick<Call, "method" | "path" | "headers" | "body">;

interface Destination {
  url: URL;
  options: RequestOptions;
  body: string | undefined;
  /** By TLS to the API server itself, without a proxy between. */
  isDirect: boolean;
}

const destination = async (call: Asked, config: KubeConfig): Promise<Destination> => {
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error("there is no cluster in the configuration");
  const url = new URL(cluster.server.replace(/\/$/, "") + call.path);
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const options: RequestOptions = { method: call.method, headers: headersOf(call, body) };
  // Asked every time: tokens are rotated.
  await config.applyToHTTPSOptions(options);
  return { url, options, body, isDirect: !cluster.proxyUrl && url.protocol === "https:" };
};

const exchange = (
  { url, options, body }: Destination,
  { agent, signal }: { agent?: Agent | undefined; signal: AbortSignal },
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const open = url.protocol === "https:" ? requestHttps : requestHttp;
    const request = open(url, { ...options, ...(agent && { agent }), signal }, resolve);
    request.on("error", reject);
    request.end(body);
  });

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

const textOf = async (body: AsyncIterable<string>): Promise<string> => {
  let text = "";
  for await (const chunk of body) text += chunk;
  return text;
};

interface Streaming {
  config: KubeConfig;
  openStream: OpenStream;
  path: string;
  reading: Reading;
}

const stream = async ({ config, openStream, path, reading }: Streaming): Promise<void> => {
  const dead = new AbortController();
  const silence = setTimeout(
    () => dead.abort(new Error("the watch fell silent")),
    reading.silenceMs,
  );
  try {
    const signal = AbortSignal.any([reading.signal, dead.signal]);
    const { headers = {} } = reading;
    const asked = await destination({ method: "GET", path, headers }, config);
    const shared = asked.isDirect ? await openStream({ ...asked, signal }) : undefined;
    const { status, body } = shared ?? opened(await exchange(asked, { signal }));
    if (status !== 200) throw new WatchRefused(status, (await textOf(body)).slice(0, 500));
    await eachLine(body, (line) => {
      silence.refresh();
      reading.onLine(line);
    });
  } finally {
    clearTimeout(silence);
  }
};

const opened = (response: IncomingMessage): Opened => ({
  status: response.statusCode ?? 0,
  body: response.setEncoding("utf8"),
});

export class WatchRefused extends Error {
  readonly status: number;
  constructor(status: number, text: string) {
    super(`watching: ${status} ${text}`);
    this.name = "WatchRefused";
    this.status = status;
  }
}

const eachLine = async (body: AsyncIterable<string>, onLine: (line: string) => void) => {
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + chunk).split("\n");
    // What is not ended by a newline is not a whole event.
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") onLine(line);
  }
};
