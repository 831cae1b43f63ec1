/** Keeps the spans of a trace until all its services have sent theirs: what breaks a trace changes all of it. */
import { decodeTraces } from "../../agent/testing/otlp.ts";
import { type Defect, SERVER, slug } from "./defects.ts";
import { type OwnedSpan, textOf, tracesRequest } from "./otlp.ts";

interface Kept {
  trace: OwnedSpan[];
  /** Milliseconds. */
  last: number;
}

export interface TraceKeeper {
  keep: (body: Uint8Array) => void;
  /** The copies of the traces to which nothing was added for a while. */
  complete: () => object[];
}

const QUIET_MS = 4000;

/** Every eighth trace: enough to look at. */
const isLookedAt = ([first]: OwnedSpan[]): boolean =>
  first !== undefined && Number.parseInt(first.span.traceId.slice(0, 2), 16) < 32;

/** Counting takes all traces, but of those only what is counted. */
const isCounted = ({ span: { name, kind, attributes } }: OwnedSpan): boolean =>
  kind === SERVER || name.startsWith("cache.") || attributes["db.system.name"] === "postgresql";

const plantedIn = (trace: OwnedSpan[], { spans, losing }: Defect): OwnedSpan[] => {
  if (losing) return trace.filter((owned) => isCounted(owned) && !losing(owned));
  return spans && isLookedAt(trace) ? spans(trace) : [];
};

/** Name under which the spans of a service are copied for a defect. */
export const serviceIn = (defect: Defect, service: string): string => `${slug(defect)}/${service}`;

export const traceKeeper = ({ defects }: { defects: Defect[] }): TraceKeeper => {
  const traces = new Map<string, Kept>();
  return {
    keep: (body) => {
      const { resource, spans } = decodeTraces(body);
      const service = textOf(resource["service.name"]);
      const pod = textOf(resource["k8s.pod.name"]);
      for (const span of spans) {
        const { trace } = traces.get(span.traceId) ?? { trace: [] as OwnedSpan[] };
        trace.push({ service, pod, span });
        traces.set(span.traceId, { trace, last: Date.now() });
      }
    },
    complete: () => {
      const quiet = [...traces].filter(([, { last }]) => last < Date.now() - QUIET_MS);
      for (const [id] of quiet) traces.delete(id);
      const whole = quiet.map(([, { trace }]) => trace);
      return defects.flatMap((defect, index) =>
        whole.flatMap((trace) => copiesOf(trace, defect, index)),
      );
    },
  };
};

/** The original's with the defect's number worked into its first byte: never the same, or the store would take both for one trace. */
const copiedId = (traceId: string, index: number): string => {
  const byte = Number.parseInt(traceId.slice(0, 2), 16) ^ (index + 1);
  return byte.toString(16).padStart(2, "0") + traceId.slice(2);
};

/** One request per service. */
const copiesOf = (trace: OwnedSpan[], defect: Defect, index: number): object[] => {
  const services = Map.groupBy(plantedIn(trace, defect), ({ service }) => service);
  return [...services].map(([service, owned]) => {
    const spans = owned.map(({ span }) => ({ ...span, traceId: copiedId(span.traceId, index) }));
    const resource = {
      "service.name": serviceIn(defect, service),
      "k8s.pod.name": owned[0]?.pod,
    };
    return tracesRequest(resource, spans);
  });
};
