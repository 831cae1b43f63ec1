/** Keeps the spans of a trace until all its services have sent theirs: what breaks a trace changes all of it. */
import { decodeTraces } from "../../agent/testing/otlp.ts";
import { type Defect, slug } from "./defects.ts";
import { type OwnedSpan, type Span, textOf, tracesRequest } from "./otlp.ts";

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

/** Every fourth trace: enough to look at. */
const isCopied = ({ traceId }: Span): boolean => Number.parseInt(traceId.slice(0, 2), 16) < 64;

/** Name under which the spans of a service are copied for a defect. */
export const serviceIn = (defect: Defect, service: string): string => `${slug(defect)}/${service}`;

export const traceKeeper = ({ defects }: { defects: Defect[] }): TraceKeeper => {
  const traces = new Map<string, Kept>();
  return {
    keep: (body) => {
      const { resource, spans } = decodeTraces(body);
      const service = textOf(resource["service.name"]);
      for (const span of spans.filter(isCopied)) {
        const { trace } = traces.get(span.traceId) ?? { trace: [] };
        traces.set(span.traceId, { trace: [...trace, { service, span }], last: Date.now() });
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

/** One request per service; the copy's trace id is the original's with the defect's number in front. */
const copiesOf = (trace: OwnedSpan[], defect: Defect, index: number): object[] => {
  const mark = (index + 1).toString(16).padStart(2, "0");
  const planted = defect.spans?.(trace) ?? [];
  const services = Map.groupBy(planted, ({ service }) => service);
  return [...services].map(([service, owned]) => {
    const spans = owned.map(({ span }) => ({ ...span, traceId: mark + span.traceId.slice(2) }));
    return tracesRequest({ "service.name": serviceIn(defect, service) }, spans);
  });
};
