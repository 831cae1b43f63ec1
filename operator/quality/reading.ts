/**
 * All spans of a window, or of its end where there are more than one would want to read. A store answers with whole traces and stops
 * at a number of them, so it is asked from the end backwards, in slices in which it has fewer.
 */
import type { Jaeger, Span, Trace } from "../measurement/jaeger.ts";
import type { Window } from "../parity/increase.ts";

/** In one answer; about 10 MB as JSON. */
const SPANS_AT_ONCE = 10_000;
/** Of one component. */
const MOST_SPANS = 50_000;
const FEWEST_TRACES = 20;
const MOST_TRACES = 2000;
const SHORTEST_SLICE_SECONDS = 0.5;
/** Two looks at a counter should lie in what is read. */
const SHORTEST_SECONDS = 20;
/** A span that ends in the window may have begun before it, and a trace is found by when its spans begin. */
const LEAD_SECONDS = 10;

export interface Reading {
  spans: Span[];
  /** The part of the window whose spans they are. */
  window: Window;
}

export interface Wish {
  services: string[];
  window: Window;
  /** What need not be kept. */
  isWanted: (span: Span) => boolean;
}

/** Undefined when there are more than can be counted. */
export const readSpans = async (
  door: Jaeger,
  { services, window, isWanted }: Wish,
): Promise<Reading | undefined> => {
  const read = new Map<string, Span>();
  const keep = ({ traceId, spans }: Trace): void => {
    for (const span of spans) if (isWanted(span)) read.set(`${traceId} ${span.spanId}`, span);
  };
  let { start } = window;
  for (const service of services) {
    const from = await readBackwards(slicer(door, service), window, keep);
    start = Math.max(start, from + LEAD_SECONDS);
  }
  if (window.end - start < SHORTEST_SECONDS) return undefined;
  return { spans: [...read.values()], window: { ...window, start } };
};

type Search = (slice: Window, limit: number) => Promise<Trace[]>;

const slicer =
  (door: Jaeger, service: string): Search =>
  ({ start: from, end: to }, limit) =>
    door.search({ service, limit, from, to });

/** Returns where it stopped. */
const readBackwards = async (
  search: Search,
  { start, end }: Window,
  keep: (trace: Trace) => void,
): Promise<number> => {
  const from = start - LEAD_SECONDS;
  const limit = await tracesAtOnce(search, { start: from, end });
  let left = MOST_SPANS;
  let seconds = end - from;
  let to = end;
  while (to > from && left > 0 && seconds >= SHORTEST_SLICE_SECONDS) {
    const slice = { start: Math.max(from, to - seconds), end: to };
    const traces = await search(slice, limit);
    if (traces.length === limit) {
      seconds /= 2;
      continue;
    }
    traces.forEach(keep);
    left -= sizeOf(traces);
    to = slice.start;
  }
  return to;
};

const sizeOf = (traces: Trace[]): number =>
  traces.reduce((sum, { spans }) => sum + spans.length, 0);

const tracesAtOnce = async (search: Search, window: Window): Promise<number> => {
  const some = await search(window, FEWEST_TRACES);
  const largest = Math.max(1, ...some.map(({ spans }) => spans.length));
  return Math.min(MOST_TRACES, Math.max(FEWEST_TRACES, Math.floor(SPANS_AT_ONCE / largest)));
};
