import { createServer, type Server } from "node:http";
import { collectDefaultMetrics, Registry } from "prom-client";
import { type Monitor, silentMonitor } from "../telemetry/monitor.ts";
import { createLegacyMonitor } from "./monitor.ts";

export interface LegacyMonitoring {
  monitor: Monitor;
  /** What a scrape answers; `undefined` when legacy monitoring is off. */
  scrape: () => Promise<{ contentType: string; body: string } | undefined>;
}

/** Off: nothing is counted, nothing is collected, a scrape finds nothing. */
const off: LegacyMonitoring = { monitor: silentMonitor, scrape: async () => undefined };

export const createLegacyMonitoring = (enabled: boolean): LegacyMonitoring => {
  if (!enabled) return off;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    monitor: createLegacyMonitor(registry),
    scrape: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
};

/** `GET /metrics` on a port of its own: scrapes never queue behind users. */
export const serveMetrics = (legacy: LegacyMonitoring, port: number): Promise<Server> => {
  const server = createServer((request, response) => {
    const answer = request.url === "/metrics" ? legacy.scrape() : Promise.resolve(undefined);
    void answer.then(
      (found) => {
        response.writeHead(found ? 200 : 404, {
          "content-type": found?.contentType ?? "text/plain",
        });
        response.end(found?.body ?? "");
      },
      () => response.writeHead(500).end(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, () => resolve(server));
  });
};
