/**
 * Do requests between components stay in one trace? One that does not leaves a call that led nowhere and a request that came from
 * nowhere, to the same path, one within the other in time. Pure.
 */
import type { Span, Trace } from "../measurement/jaeger.ts";
import { type Check, differs, endOf, kindOf, kinIn, match, noEvidence } from "./subject.ts";

const MOST_LOST = 0.01;
/** Two clocks may say a little different things. */
const LEEWAY_MICROS = 100_000;

export const calls: Check = ({ service, own, company: { services, traces } }) => {
  const isCaller = (span: Span): boolean =>
    kindOf(span) === "client" && span.service !== service && services.includes(span.service);
  const known = traces
    .flatMap(kinIn)
    .filter(({ child, parent }) => child.service === service && isTaken(child) && isCaller(parent));
  const lost = pairs(
    own.filter((span) => isTaken(span) && !span.parentId),
    traces.flatMap(childless).filter(isCaller),
  );
  const all = known.length + lost.length;
  if (all === 0) return noEvidence("no requests from other components");
  const [first] = lost;
  return first && lost.length > all * MOST_LOST
    ? differs(
        `${lost.length} of ${all} requests that ${service} gets from other components begin traces of their own: the context is lost on the way, first of ${first.call.service} to ${pathOf(first.call)}`,
      )
    : match(
        `${known.length} of ${all} requests from other components are in the trace of the call`,
      );
};

const isTaken = (span: Span): boolean => kindOf(span) === "server";

const childless = ({ spans }: Trace): Span[] => {
  const parents = new Set(spans.map(({ parentId }) => parentId));
  return spans.filter(({ spanId }) => !parents.has(spanId));
};

interface Lost {
  request: Span;
  call: Span;
}

/** Each call belongs to one request at most. */
const pairs = (requests: Span[], candidates: Span[]): Lost[] => {
  const free = new Set(candidates);
  return requests.flatMap((request) => {
    const call = [...free].find((candidate) => couldBe(candidate, request));
    if (!call) return [];
    free.delete(call);
    return [{ request, call }];
  });
};

const METHOD = "http.request.method";

const couldBe = (call: Span, request: Span): boolean =>
  pathOf(call) === request.tags["url.path"] &&
  call.tags[METHOD] === request.tags[METHOD] &&
  request.startMicros >= call.startMicros - LEEWAY_MICROS &&
  endOf(request) <= endOf(call) + LEEWAY_MICROS;

const pathOf = ({ tags }: Span): string | undefined => URL.parse(tags["url.full"] ?? "")?.pathname;
