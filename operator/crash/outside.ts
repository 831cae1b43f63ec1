/** Everything that is asked beyond the API server, as healthy as can be: both Prometheus, Jaeger, the collector, logs of pods. */
import { number, rehearse, textOf } from "@flashcard-otel/verdict/rehearsal.ts";
import { signalsFor } from "../backends/signals.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { answers, twoPrometheus } from "../switching/scene.ts";
import type { Passing, Treatment } from "./proxy.ts";

/** One trace through every component, whichever is asked for. */
const SERVICES = ["api", "store", "nightly"];

const spanOf = (service: string, nth: number) => ({
  spanID: String(nth),
  operationName: "item",
  processID: service,
  startTime: 0,
  duration: 1,
  tags: [{ key: "span.kind", value: "server" }],
});

const trace = {
  traceID: "1",
  spans: SERVICES.map(spanOf),
  processes: Object.fromEntries(SERVICES.map((serviceName) => [serviceName, { serviceName }])),
};

export const outside = (cluster: Cluster, namespace: string): typeof fetch => {
  const find = (name: string) =>
    cluster.read({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
  const prometheus = twoPrometheus(find, answers());
  return (async (address: string, init?: { body?: URLSearchParams }) => {
    const url = new URL(address);
    if (url.port === "4318") return Response.json({});
    if (url.pathname.startsWith("/api/traces")) return Response.json({ data: [trace] });
    if (url.pathname.startsWith("/api/services")) return Response.json({ data: ["item"] });
    const query = init?.body?.get?.("query") ?? "";
    if (/k8s_pod_name|flashcard_otel_probe/.test(query))
      return Response.json({
        status: "success",
        data: { resultType: "vector", result: [{ metric: {}, value: [0, "99"] }] },
      });
    return prometheus(address, init);
  }) as unknown as typeof fetch;
};

const pulse = {
  kind: "pulse",
  items: 10,
  done: 10,
  failed: 0,
  inFlight: 0,
  longestGapMs: 300,
  requests: 40,
  failedRequests: 0,
  lastFailure: null,
};

/** There is no kubelet: logs are answered on the way to the API server. */
export const logs = ({ path }: Passing, uid: string): Treatment | undefined => {
  const [, pod = ""] = /\/pods\/([^/]+)\/log\?/.exec(path) ?? [];
  if (pod === "") return undefined;
  const container = new URL(path, "http://api").searchParams.get("container") ?? "";
  const [, attempt = ""] = /-([0-9a-f]{10})-0$/.exec(pod) ?? [];
  const texts: Record<string, () => string> = {
    k6: () => textOf(number(rehearse(), attempt)),
    pulse: () => `${JSON.stringify(pulse)}\n`,
    collector: () => signalsFor(uid).mark,
  };
  return { type: "answer", status: 200, text: texts[container]?.() ?? "" };
};
