/** After the migration: one trace that crosses everything, and a log line that belongs to it. */
import { forward, kubectl, type Tools } from "../e2e/kit/kubectl.ts";
import { MIGRATION, NAMESPACE } from "../e2e/kit/migration.ts";
import { type JaegerTrace, services } from "./trace.ts";

interface Found {
  trace: JaegerTrace | undefined;
  logLine: string | undefined;
}

const WORKLOADS = ["ingest-api", "worker", "llm-gateway"];

/** The trace with the most services among the latest ones of the entry service. */
const widest = async (tools: Tools): Promise<JaegerTrace | undefined> => {
  const jaeger = await forward(tools, {
    namespace: NAMESPACE,
    service: `${MIGRATION}-jaeger`,
    port: 16686,
  });
  try {
    const response = await fetch(
      `${jaeger.url}/api/traces?service=${WORKLOADS[0]}&operation=${encodeURIComponent("POST /batches")}&limit=50&lookback=1h`,
    );
    const { data = [] } = (await response.json()) as { data?: JaegerTrace[] };
    const score = (trace: JaegerTrace): number =>
      services(trace).length * 1000 + trace.spans.length;
    return data.toSorted((a, b) => score(b) - score(a))[0];
  } finally {
    jaeger.stop();
  }
};

const lineOf = async (tools: Tools, traceID: string): Promise<string | undefined> => {
  for (const workload of WORKLOADS) {
    const args = [
      "-n",
      NAMESPACE,
      "logs",
      `deployment/${workload}`,
      "--all-pods=true",
      "--container",
      "app",
      "--tail",
      "20000",
      "--prefix=false",
    ];
    const line = (await kubectl(tools, args)).split("\n").find((text) => text.includes(traceID));
    if (line) return line;
  }
  return undefined;
};

/** Nothing here may hide the report: what cannot be had is left out. */
export const examine = async (tools: Tools): Promise<Found> => {
  try {
    const trace = await widest(tools);
    return { trace, logLine: trace && (await lineOf(tools, trace.traceID)) };
  } catch (error) {
    console.error(`looking for a trace: ${(error as Error).message}`);
    return { trace: undefined, logLine: undefined };
  }
};
