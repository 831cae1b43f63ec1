/** A receiver of OTLP/HTTP that counts what arrives, and can go away and come back at its address. For tests and for the soak. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from "node:http";
import { createServer as createSecure } from "node:https";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import { spanTraces } from "../../../loadtest/otlp.ts";

export interface Sink {
  address: string;
  /** Spans by trace id, with those that came twice. */
  traces: Map<string, number>;
  /** Of the last request. */
  headers: IncomingHttpHeaders;
  open: () => Promise<void>;
  close: () => Promise<void>;
}

interface Options {
  address: string;
  /** PEM; with it the sink speaks TLS. */
  tls?: { key: string; cert: string } | undefined;
  /** Instead of being kept in `traces`. */
  take?: ((traceIds: string[]) => void) | undefined;
}

export const sinkAt = ({ address, tls, take }: Options): Sink => {
  const sink: Sink = {
    address,
    traces: new Map(),
    headers: {},
    open: async () => {
      server = serve(sink, { tls, take });
      const [host, port] = address.split(":");
      server.listen(Number(port), host);
      await once(server, "listening");
    },
    close: async () => {
      const gone = new Promise((resolve) => server?.close(resolve));
      server?.closeAllConnections();
      await gone;
    },
  };
  let server: Server | undefined;
  return sink;
};

const serve = (sink: Sink, { tls, take }: Pick<Options, "tls" | "take">): Server => {
  const keep = (traceIds: string[]): void => {
    for (const id of traceIds) sink.traces.set(id, (sink.traces.get(id) ?? 0) + 1);
  };
  const answer = async (request: IncomingMessage): Promise<void> => {
    const zipped = request.headers["content-encoding"] === "gzip";
    const body = await buffer(zipped ? request.pipe(createGunzip()) : request);
    sink.headers = request.headers;
    if (request.url === "/v1/traces") (take ?? keep)(spanTraces(body));
  };
  const server = tls ? createSecure(tls) : createServer();
  return server.on("request", (request, response) => {
    answer(request).then(
      () => response.writeHead(200, { "content-type": "application/x-protobuf" }).end(),
      // The connection went while it was read: nobody waits for an answer.
      () => response.destroy(),
    );
  });
};
