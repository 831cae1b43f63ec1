/** What can be wrong with a collector, as seen from the agent's end of the connection. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { fullBacklog, type Elsewhere } from "./backlog.ts";

export interface Fault {
  /** Takes over a connection, instead of speaking HTTP. */
  serve?: (socket: Socket) => void;
  /** Answers a request, instead of taking it. */
  answer?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Speaks TLS; once bad, with this certificate. */
  tls?: "good" | "untrusted" | "expired";
  /** Nobody listens any more. */
  gone?: true;
  /** The address itself is wrong: nothing that could happen later. */
  endpoint?: (port: number) => string;
  /** Another process is the collector. */
  elsewhere?: () => Promise<Elsewhere>;
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse): void =>
    void response.writeHead(code, headers).end();

const raw = (text: string | Buffer) => (socket: Socket) => void socket.write(text);

/** Goes on writing for as long as the other end reads. */
function endless(socket: { write: (chunk: Buffer) => boolean; once: Socket["once"] }): void {
  const chunk = Buffer.alloc(1 << 16, "x");
  const more = (): void => {
    for (let left = 16; left > 0 && socket.write(chunk); left--);
    socket.once("drain", more);
  };
  more();
}

/** One byte at a time: every one of them looks like progress. */
function trickle(response: ServerResponse): void {
  response.writeHead(200, { "content-length": "1000000" });
  const timer = setInterval(() => response.write("x"), 50);
  response.once("close", () => clearInterval(timer));
}

export const FAULTS = {
  "refuses connections": { gone: true },
  "never accepts": { elsewhere: fullBacklog },
  "accepts and never answers": { serve: (socket) => void socket.resume() },
  "stops reading": { serve: (socket) => void socket.pause() },
  "hangs up at once": { serve: (socket) => void socket.destroy() },
  "resets connections": { serve: (socket) => void socket.resetAndDestroy() },
  "closes its half": { serve: (socket) => void socket.resume().end() },
  "answers garbage": { serve: raw(Buffer.alloc(100_000, 0xff)) },
  "answers an endless head": {
    serve: (socket) => {
      socket.write("HTTP/1.1 200 OK\r\nx: ");
      endless(socket);
    },
  },
  "answers before it is asked": { serve: raw("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n") },
  "answers slowly": { answer: (_, response) => trickle(response) },
  "never ends an answer": {
    answer: (_, response) => {
      response.writeHead(200, { "content-length": "10" }).write("x");
    },
  },
  "hangs up amid an answer": {
    answer: (_, response) => {
      response.writeHead(200, { "content-length": "10" });
      response.write("x", () => void response.socket?.destroy());
    },
  },
  "answers hugely": {
    answer: (_, response) => {
      response.writeHead(200);
      endless(response as unknown as Socket);
    },
  },
  "429, Retry-After far away": { answer: status(429, { "retry-after": "1000000" }) },
  "429 without Retry-After": { answer: status(429) },
  "503, Retry-After a date": {
    answer: status(503, { "retry-after": "Fri, 31 Dec 2100 23:59:59 GMT" }),
  },
  "503, Retry-After negative": { answer: status(503, { "retry-after": "-1" }) },
  "400": { answer: status(400) },
  "401": { answer: status(401, { "www-authenticate": "Basic" }) },
  "413": { answer: status(413) },
  "a redirect to itself": { answer: status(307, { location: "/v1/traces" }) },
  "TLS, well": { tls: "good" },
  "TLS, self-signed": { tls: "untrusted" },
  "TLS, expired": { tls: "expired" },
  "TLS by address": { tls: "good", endpoint: (port) => `https://127.0.0.1:${port}` },
  "TLS where none is spoken": { endpoint: (port) => `https://127.0.0.1:${port}` },
  "none where TLS is spoken": { tls: "good", endpoint: (port) => `http://localhost:${port}` },
  "an unknown name": { endpoint: () => "http://collector.invalid:4318" },
  "a name that is none": { endpoint: () => `http://${"a".repeat(300)}:4318` },
  "a port that blocks": { endpoint: () => "http://127.0.0.1:9" },
  "an address nobody routes": { endpoint: () => "http://240.0.0.1:4318" },
  "the service itself": { endpoint: (port) => `http://127.0.0.1:${port}/not/there?x=1#y` },
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;
