/** The trial's sink in this process, which also remembers what the governor said last. It is sent nothing while an item is measured. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { sinkServer } from "../../loadtest/receiver.ts";
import { tally } from "../../loadtest/tally.ts";
import { decodeMetrics } from "../testing/otlp.ts";

/** What the governor had left out in the end. */
export interface Folded {
  /** Rung of its ladder. */
  level: number;
  /** Share of requests it looked at. */
  observed: number;
}

export interface Sink {
  url: string;
  /** null where no governor spoke. */
  folded: () => Folded | null;
  stop: () => Promise<unknown>;
}

export const openSink = async (token: string): Promise<Sink> => {
  const counted = tally(token);
  let metrics = new Uint8Array(0);
  const take = (path: string, body: Uint8Array): void => {
    counted.take(path, body);
    if (path === "/v1/metrics") metrics = new Uint8Array(body);
  };
  const server = sinkServer({ counted: { ...counted, take }, forwardUrl: "" });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    folded: () => foldedIn(metrics),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

const foldedIn = (request: Uint8Array): Folded | null => {
  const { metrics } = decodeMetrics(request);
  const gauge = (name: string): number | undefined =>
    metrics.find((metric) => metric.name === `flashcard_otel.governor.${name}`)?.points[0]?.value;
  const [level, observed] = [gauge("level"), gauge("observed")];
  return level === undefined || observed === undefined ? null : { level, observed };
};
