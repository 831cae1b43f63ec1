/** Spans as an agent sends them: OTLP/HTTP in JSON. For tests and for the soak. */
import { randomBytes } from "node:crypto";

export interface Span {
  traceId: string;
  service?: string;
  name?: string;
  failed?: boolean;
  tookMs?: number;
}

export const traceIds = (count: number): string[] =>
  Array.from({ length: count }, () => randomBytes(16).toString("hex"));

const nanos = (at: number): string => `${BigInt(Math.round(at)) * 1_000_000n}`;

const spanOf = ({ traceId, name = "item", failed = false, tookMs = 5 }: Span) => ({
  traceId,
  spanId: randomBytes(8).toString("hex"),
  name,
  kind: 2,
  startTimeUnixNano: nanos(Date.now() - tookMs),
  endTimeUnixNano: nanos(Date.now()),
  status: failed ? { code: 2 } : {},
  attributes: [{ key: "http.request.method", value: { stringValue: "GET" } }],
});

const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });

export const tracesBody = (spans: Span[]): string => {
  const groups = Map.groupBy(spans, ({ service = "api" }) => service);
  const resourceSpans = [...groups].map(([service, those]) => ({
    resource: { attributes: [attribute("service.name", service)] },
    scopeSpans: [{ spans: those.map((span) => spanOf(span)) }],
  }));
  return JSON.stringify({ resourceSpans });
};

const post = (url: string, body: string): Promise<Response> =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });

/** The status of the answer: 200 means that the collector has taken all of them. */
export const sendSpans = async (url: string, spans: Span[]): Promise<number> => {
  const response = await post(`${url}/v1/traces`, tracesBody(spans));
  await response.arrayBuffer();
  return response.status;
};

export const sendMetrics = async (url: string, metrics: unknown[]): Promise<number> => {
  const resource = { attributes: [attribute("service.name", "api")] };
  const resourceMetrics = [{ resource, scopeMetrics: [{ scope: { name: "t" }, metrics }] }];
  const response = await post(`${url}/v1/metrics`, JSON.stringify({ resourceMetrics }));
  await response.arrayBuffer();
  return response.status;
};
