/**
 * The trial sink: takes OTLP/HTTP (protobuf) of one attempt and counts it.
 *   POST /v1/traces, /v1/metrics, /v1/logs
 *   GET  /stats              {spans, traces, offTraces, bytes, requests, metricPoints}
 *   GET  /traces/<sequence>  sends the spans of that item on to FORWARD_URL: 200, 404 without spans, 502 when refused
 * FLASHCARD_OTEL_TRIAL_TOKEN (required), SINK_PORT (4318), FORWARD_URL.
 */
import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import { tally } from "./tally.ts";

const {
  FLASHCARD_OTEL_TRIAL_TOKEN: token = "",
  SINK_PORT = "4318",
  FORWARD_URL = "",
} = process.env;
if (!/^[0-9a-f]{16}$/.test(token)) {
  console.error("FLASHCARD_OTEL_TRIAL_TOKEN must be 16 hex characters");
  process.exit(2);
}
const counted = tally(token);

interface Answer {
  status: number;
  body: string;
  type?: string;
}

const SIGNALS = ["/v1/traces", "/v1/metrics", "/v1/logs"];
const FORWARD_TIMEOUT = 5000;

const answer = async (request: IncomingMessage): Promise<Answer> => {
  const path = request.url ?? "";
  if (request.method === "POST" && SIGNALS.includes(path)) return take(path, request);
  if (path === "/stats")
    return { status: 200, body: JSON.stringify(counted.stats()), type: "application/json" };
  if (path === "/healthz") return { status: 200, body: "ok\n" };
  const [, sequence] = /^\/traces\/([0-9a-f]{16})$/.exec(path) ?? [];
  return sequence ? forward(sequence) : { status: 404, body: "unknown path\n" };
};

const take = async (path: string, request: IncomingMessage): Promise<Answer> => {
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

const forward = async (sequence: string): Promise<Answer> => {
  const bodies = counted.traceOf(sequence);
  if (bodies.length === 0) return { status: 404, body: "no spans of that item\n" };
  for (const body of bodies) {
    const response = await fetch(`${FORWARD_URL}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/x-protobuf" },
      body: Buffer.from(body),
      signal: AbortSignal.timeout(FORWARD_TIMEOUT),
    });
    if (!response.ok) return { status: 502, body: `the collector answered ${response.status}\n` };
  }
  return { status: 200, body: "forwarded\n" };
};

const server = createServer((request, response) => {
  answer(request).then(
    ({ status, body, type = "text/plain" }) =>
      response.writeHead(status, { "content-type": type }).end(body),
    (error: Error) => response.writeHead(502).end(`${error.message}\n`),
  );
});
server.keepAliveTimeout = 600_000;
server.listen(Number(SINK_PORT), () => console.log(`sink on port ${SINK_PORT}`));
process.on("SIGTERM", () => process.exit(0));
