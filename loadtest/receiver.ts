/** The HTTP side of the trial sink (`sink.ts` says what it answers). */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { buffer } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import type { Tally } from "./tally.ts";

interface Sink {
  counted: Tally;
  /** Where a single trace is sent on to. */
  forwardUrl: string;
}

/** Not listening yet. */
export const sinkServer = (sink: Sink): Server => {
  const server = createServer((request, response) => {
    answer(request, sink).then(
      ({ status, body, type = "text/plain" }) =>
        response.writeHead(status, { "content-type": type }).end(body),
      (error: Error) => response.writeHead(502).end(`${error.message}\n`),
    );
  });
  server.keepAliveTimeout = 600_000;
  return server;
};

interface Answer {
  status: number;
  body: string;
  type?: string;
}

const SIGNALS = ["/v1/traces", "/v1/metrics", "/v1/logs"];
const FORWARD_TIMEOUT = 5000;

const answer = async (request: IncomingMessage, { counted, forwardUrl }: Sink): Promise<Answer> => {
  const path = request.url ?? "";
  if (request.method === "POST" && SIGNALS.includes(path)) return take(path, request, counted);
  if (path === "/stats")
    return { status: 200, body: JSON.stringify(counted.stats()), type: "application/json" };
  if (path === "/healthz") return { status: 200, body: "ok\n" };
  const [, sequence] = /^\/traces\/([0-9a-f]{16})$/.exec(path) ?? [];
  return sequence
    ? forward(sequence, { counted, forwardUrl })
    : { status: 404, body: "unknown path\n" };
};

const take = async (path: string, request: IncomingMessage, counted: Tally): Promise<Answer> => {
  const zipped = request.headers["content-encoding"] === "gzip";
  const body = await buffer(zipped ? request.pipe(createGunzip()) : request);
  try {
    counted.take(path, body);
    // An empty message is the answer of full success.
    return { status: 200, body: "", type: "application/x-protobuf" };
  } catch (error) {
    return { status: 400, body: `reading ${path}: ${(error as Error).message}\n` };
  }
};

const forward = async (sequence: string, { counted, forwardUrl }: Sink): Promise<Answer> => {
  const bodies = counted.traceOf(sequence);
  if (bodies.length === 0) return { status: 404, body: "no spans of that item\n" };
  for (const body of bodies) {
    const response = await fetch(`${forwardUrl}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/x-protobuf" },
      body: Buffer.from(body),
      signal: AbortSignal.timeout(FORWARD_TIMEOUT),
    });
    if (!response.ok) return { status: 502, body: `the collector answered ${response.status}\n` };
  }
  return { status: 200, body: "forwarded\n" };
};
