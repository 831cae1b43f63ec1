/**
 * Stands between the agents and the collector. What the agents send goes on untouched; a copy for each defect follows it, with
 * the defect in it, under a `job` (metrics) or service name (traces) of its own.
 */
import { createServer, type IncomingMessage } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { decodeMetrics } from "../../agent/testing/otlp.ts";
import { type Defect, slug } from "./defects.ts";
import { metricsRequest, textOf } from "./otlp.ts";
import { traceKeeper } from "./traces.ts";

export interface Planter {
  /** OTLP/HTTP base address for the agents. */
  endpoint: string;
  /** What did not go through. */
  troubles: string[];
  stop: () => Promise<void>;
}

export interface Setting {
  /** Base address; what comes before it is known waits. */
  collector: Promise<string>;
  defects: Defect[];
  /** Metrics of the map: others are not copied. */
  wanted: ReadonlySet<string>;
}

const METRICS = "/v1/metrics";
const TRACES = "/v1/traces";
const UNAVAILABLE = 503;

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

export const startPlanter = async (setting: Setting): Promise<Planter> => {
  const troubles: string[] = [];
  const post = async (
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    type: string,
  ): Promise<number> => {
    const sent = { method: "POST", body, headers: { "content-type": type } };
    const answer = await fetch(`${await setting.collector}${path}`, sent).catch(
      (error: Error) => error,
    );
    if (answer instanceof Error) {
      troubles.push(`${path}: ${answer.message}`);
      return UNAVAILABLE;
    }
    const text = await answer.text();
    if (!answer.ok) troubles.push(`${path}: ${answer.status} ${text}`);
    return answer.status;
  };
  const send = async (path: string, copies: object[]): Promise<void> => {
    for (const copy of copies) await post(path, JSON.stringify(copy), "application/json");
  };
  const metricsFor = metricCopies(setting);
  const traces = traceKeeper(setting);
  const whole = setInterval(() => void send(TRACES, traces.complete()), 1000);
  const server = createServer((request, response) => {
    void bodyOf(request).then(async (body) => {
      const path = request.url ?? "";
      // As the collector answers, so that an agent sends again what has not arrived.
      const status = await post(path, new Uint8Array(body), "application/x-protobuf");
      response.writeHead(status).end();
      if (status >= 400) return;
      if (path === METRICS) await send(path, metricsFor(body));
      if (path === TRACES) traces.keep(body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    troubles,
    stop: async () => {
      clearInterval(whole);
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

type Plant = ReturnType<NonNullable<Defect["metrics"]>>;

const metricCopies = ({ defects, wanted }: Setting): ((body: Uint8Array) => object[]) => {
  const plants = new Map<string, Plant>();
  const plantOf = (defect: Defect, service: string): Plant | undefined => {
    const key = `${defect.name} ${service}`;
    const plant = plants.get(key) ?? defect.metrics?.(service);
    if (plant) plants.set(key, plant);
    return plant;
  };
  return (body) => {
    const { resource, metrics } = decodeMetrics(body);
    const copied = metrics.filter(({ name }) => wanted.has(name));
    return defects.flatMap((defect) => {
      const plant = plantOf(defect, textOf(resource["service.name"]));
      const moved = { ...resource, "service.namespace": slug(defect) };
      return plant ? [metricsRequest(moved, plant(copied))] : [];
    });
  };
};
