/**
 * Everything the agents export to, on one port of this process: takes any request, keeps its body, and reads it only when somebody
 * asks what has arrived, since until then items are being measured.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gunzipSync, inflateSync } from "node:zlib";
import type { Stats } from "../../../loadtest/doors.ts";
import { readerOf } from "./payloads.ts";

export interface Arrived extends Stats {
  /** As they came over the wire, everything included. */
  bytes: number;
}

export interface Intake {
  url: URL;
  /** Of the traces that begin with the token. */
  arrived: () => Arrived;
  close: () => Promise<void>;
}

interface Received {
  path: string;
  encoding: string | undefined;
  body: Buffer;
}

/** `installed`: the folder of the peers, for whoever exports what only their packages can read. */
export const openIntake = async (token: string, installed: string): Promise<Intake> => {
  const waiting: Received[] = [];
  const counts = { spans: 0, metricPoints: 0, bytes: 0 };
  const traces = new Set<string>();
  const server = createServer((request, response) => {
    receive(request).then(
      (received) => {
        waiting.push(received);
        response.writeHead(200).end(received.path.startsWith("/v1/") ? "" : ANSWER);
      },
      // The sender hung up: what it had sent so far is not its export.
      () => response.destroy(),
    );
  });
  server.keepAliveTimeout = 600_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const take = ({ path, encoding, body }: Received): void => {
    counts.bytes += body.length;
    const content = readerOf(path, installed)?.(unpacked(body, encoding));
    const ours = content?.traces.filter((trace) => trace.startsWith(token)) ?? [];
    counts.spans += ours.length;
    counts.metricPoints += content?.metricPoints ?? 0;
    for (const trace of ours) traces.add(trace);
  };
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    arrived: () => {
      for (const received of waiting.splice(0)) take(received);
      return { ...counts, traces: traces.size, offTraces: 0 };
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

/** What each takes for "received": OTLP an empty message, an APM server tells its version, the others read any object. */
const ANSWER = JSON.stringify({ version: "8.15.0" });

const receive = async (request: IncomingMessage): Promise<Received> => ({
  path: request.url?.split("?")[0] ?? "",
  encoding: request.headers["content-encoding"],
  body: await buffer(request),
});

const unpacked = (body: Buffer, encoding: string | undefined): Buffer => {
  if (encoding === "gzip") return gunzipSync(body);
  return encoding === "deflate" ? inflateSync(body) : body;
};
