/** A trace as rows of a waterfall: parents before children, children in order of start. Pure. */
import type { Span, Trace } from "../../../operator/measurement/jaeger.ts";

export interface SpanRow {
  span: Span;
  depth: number;
  children: number;
  /** Shares of the whole trace. */
  from: number;
  width: number;
}

/** A span whose parent is not in the trace is a root too, so that nothing is hidden. */
export const rowsOf = ({ spans }: Pick<Trace, "spans">): SpanRow[] => {
  const sorted = spans.toSorted((a, b) => a.startMicros - b.startMicros);
  const ids = new Set(sorted.map(({ spanId }) => spanId));
  const under = Map.groupBy(sorted, ({ parentId }) =>
    parentId !== undefined && ids.has(parentId) ? parentId : "",
  );
  const start = sorted[0]?.startMicros ?? 0;
  const end = sorted.reduce((a, s) => Math.max(a, s.startMicros + s.durationMicros), start);
  const whole = Math.max(1, end - start);
  const walk = (parent: string, depth: number): SpanRow[] =>
    (under.get(parent) ?? []).flatMap((span) => [
      {
        span,
        depth,
        children: under.get(span.spanId)?.length ?? 0,
        from: (span.startMicros - start) / whole,
        width: span.durationMicros / whole,
      },
      ...walk(span.spanId, depth + 1),
    ]);
  return walk("", 0);
};
