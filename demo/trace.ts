/** A trace from Jaeger's API as a tree that a person can read in a terminal. Pure. */

export interface JaegerSpan {
  spanID: string;
  operationName: string;
  processID: string;
  startTime: number;
  duration: number;
  references?: { refType: string; spanID: string }[];
  tags?: { key: string; value: unknown }[];
}

export interface JaegerTrace {
  traceID: string;
  spans: JaegerSpan[];
  processes: Record<string, { serviceName: string }>;
}

interface Node {
  span: JaegerSpan;
  children: Node[];
}

const parentOf = ({ references = [] }: JaegerSpan): string | undefined => references[0]?.spanID;

/** Roots first; a span whose parent is not in the trace is a root too, so that nothing is hidden. */
const forest = ({ spans }: JaegerTrace): Node[] => {
  const nodes = new Map(spans.map((span) => [span.spanID, { span, children: [] as Node[] }]));
  const roots: Node[] = [];
  for (const node of [...nodes.values()].toSorted((a, b) => a.span.startTime - b.span.startTime)) {
    const parent = nodes.get(parentOf(node.span) ?? "");
    (parent ? parent.children : roots).push(node);
  }
  return roots;
};

const line = ({ processes }: JaegerTrace, { span }: Node): string =>
  `${processes[span.processID]?.serviceName ?? "?"}: ${span.operationName} (${(span.duration / 1000).toFixed(1)} ms)`;

const draw = (
  trace: JaegerTrace,
  node: Node,
  indent: { here: string; below: string },
): string[] => [
  indent.here + line(trace, node),
  ...node.children.flatMap((child, index) => {
    const last = index === node.children.length - 1;
    return draw(trace, child, {
      here: `${indent.below}${last ? "└─ " : "├─ "}`,
      below: `${indent.below}${last ? "   " : "│  "}`,
    });
  }),
];

/** One line per span, children under their parents, in order of start. */
export const tree = (trace: JaegerTrace): string[] =>
  forest(trace).flatMap((root) => draw(trace, root, { here: "", below: "" }));

/** Names of the services in the trace, in order of first appearance. */
export const services = (trace: JaegerTrace): string[] => [
  ...new Set(
    trace.spans
      .toSorted((a, b) => a.startTime - b.startTime)
      .map(({ processID }) => trace.processes[processID]?.serviceName ?? "?"),
  ),
];
