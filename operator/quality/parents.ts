/** Is a component in traces at all, with its entry, the parents of its spans, and the others? Pure. */
import type { Span, Trace } from "../measurement/jaeger.ts";
import { type Check, differs, kindOf, match, noEvidence, notApplicable } from "./subject.ts";

const ENTRY: readonly string[] = ["server", "consumer"];
const MOST_ORPHANS = 0.01;
/** Messages from before the senders were traced may still be in the queue. */
const MOST_CUT_OFF = 0.5;

export const presence: Check = ({ service, traces, own }) =>
  traces.length === 0
    ? differs(`${service} is in no trace of the last minutes`)
    : match(`${traces.length} traces, ${own.length} spans`);

export const entry: Check = ({ service, traces, own }) => {
  if (traces.length === 0) return noEvidence("no traces");
  const entries = own.filter((span) => ENTRY.includes(kindOf(span))).length;
  return entries === 0
    ? differs(`${service} has no span that takes a request or a message`)
    : match(`${entries} requests and messages taken`);
};

const orphansIn = ({ spans }: Trace, service: string): Span[] => {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return spans.filter(
    (span) => span.service === service && span.parentId && !ids.has(span.parentId),
  );
};

export const parents: Check = ({ service, traces, own }) => {
  if (own.length === 0) return noEvidence("no spans");
  const orphans = traces.flatMap((trace) => orphansIn(trace, service)).length;
  return orphans > own.length * MOST_ORPHANS
    ? differs(`${orphans} of ${own.length} spans of ${service} have a parent that never arrived`)
    : match(`${orphans} of ${own.length} spans without their parent`);
};

const queueOf = ({ tags }: Span): string =>
  `${tags["messaging.system"] ?? ""} ${tags["messaging.destination.name"] ?? ""}`;

/** A queue that only strangers write to may bring messages without a trace. */
const queuesWrittenTo = (traces: Trace[], services: string[]): Set<string> => {
  const spans = traces.flatMap((trace) => trace.spans);
  const sends = (span: Span): boolean =>
    kindOf(span) === "producer" && services.includes(span.service);
  return new Set(spans.filter(sends).map(queueOf));
};

export const queues: Check = ({ service, own, company }) => {
  const sent = queuesWrittenTo(company.traces, company.services);
  const messages = own.filter((span) => kindOf(span) === "consumer" && sent.has(queueOf(span)));
  if (messages.length === 0) return noEvidence("no messages from other components");
  const cutOff = messages.filter(({ parentId, linked }) => !parentId && !linked).length;
  return cutOff > messages.length * MOST_CUT_OFF
    ? differs(
        `${cutOff} of ${messages.length} messages that ${service} takes are not in the trace that sent them: the queue loses the context`,
      )
    : match(`${messages.length - cutOff} of ${messages.length} messages name who sent them`);
};

export const companions: Check = ({ service, traces, company }) => {
  if (traces.length === 0) return noEvidence("no traces");
  if (company.services.length === 1) return notApplicable("there is no other component");
  const isOther = (span: Span): boolean =>
    span.service !== service && company.services.includes(span.service);
  const shared = traces.filter(({ spans }) => spans.some(isOther)).length;
  return shared === 0
    ? differs(`no trace leads from another component to ${service}, or on`)
    : match(`${shared} of ${traces.length} traces with other components`);
};
