/** An OTLP/HTTP receiver on loopback that keeps what it was sent, or misbehaves as told. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import {
  decodeLogs,
  decodeMetrics,
  decodeTraces,
  type Attributes,
  type DecodedLog,
  type DecodedMetric,
  type DecodedSpan,
} from "./otlp.ts";

export interface Sink {
  endpoint: string;
  port: number;
  spans: DecodedSpan[];
  /** The newest value of each metric: they are cumulative. */
  metrics: Map<string, DecodedMetric>;
  logs: DecodedLog[];
  resource: Attributes;
  requests: number;
  connections: number;
  bytes: number;
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  /** Called with each request that was answered with 200, as it came. */
  received: (path: string, body: Buffer) => void;
  /** Nobody is connected, and whatever was sent has been read. */
  quiet: () => boolean;
  close: () => Promise<void>;
}

export async function startSink(port = 0): Promise<Sink> {
  const sockets = new Set<Socket>();
  let reading = 0;
  const server = createServer((request, response) => {
    reading++;
    void receive(sink, request, response).finally(() => reading--);
  });
  const sink: Sink = {
    endpoint: "",
    port: 0,
    spans: [],
    metrics: new Map(),
    logs: [],
    resource: {},
    requests: 0,
    connections: 0,
    bytes: 0,
    answer: (_, response) => void response.end(),
    received: () => undefined,
    quiet: () => sockets.size === 0 && reading === 0,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
  server.on("connection", (socket: Socket) => {
    sink.connections++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  sink.port = (server.address() as AddressInfo).port;
  sink.endpoint = `http://127.0.0.1:${sink.port}`;
  return sink;
}

async function receive(
  sink: Sink,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  sink.requests++;
  sink.bytes += body.length;
  sink.answer(request, response);
  if (response.statusCode !== 200) return;
  sink.received(request.url ?? "", body);
  if (request.url === "/v1/traces") {
    const { resource, spans } = decodeTraces(body);
    sink.resource = resource;
    sink.spans.push(...spans);
  } else if (request.url === "/v1/metrics") {
    const { resource, metrics } = decodeMetrics(body);
    sink.resource = resource;
    for (const each of metrics) sink.metrics.set(each.name, each);
  } else if (request.url === "/v1/logs") sink.logs.push(...decodeLogs(body));
}
