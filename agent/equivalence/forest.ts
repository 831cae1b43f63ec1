/** Spans as trees without what differs from run to run: ids, times and ports. Pure. */
import type {
  OfficialAttributes,
  OfficialSpan,
  OfficialValue,
  Scope,
} from "../testing/official.ts";

export interface Node {
  name: string;
  kind: number;
  scope: string;
  /** Whose parent lives in another process. */
  remote: boolean;
  status: number;
  message: string;
  traceState: string;
  attributes: OfficialAttributes;
  events: { name: string; attributes: OfficialAttributes }[];
  /** Ids of this run become the name of the span they stand for. */
  links: { to: string; attributes: OfficialAttributes }[];
  dropped: OfficialSpan["dropped"];
  children: Node[];
}

/** Value in attributes -> what it stands for. */
export type Aliases = ReadonlyMap<string, string>;

/** A scenario's own servers are on free ports; everybody's `others` are known by name. */
export const aliasesOf = (ports: readonly number[], others: Record<string, string>): Aliases =>
  new Map([
    ...ports.map((port, at): [string, string] => [String(port), `port ${at + 1}`]),
    ...Object.entries(others).map(([name, port]): [string, string] => [port, name]),
  ]);

/** Ports of clients, which no run has twice. */
const EPHEMERAL = new Set(["network.peer.port", "client.port"]);

/** All libraries that are instrumented by an agent stand for the agent; the application's own scopes are compared. */
const INSTRUMENTATION = /^(@opentelemetry\/|flashcard-otel$)/;
export const scopeName = ({ name, version }: Scope): string =>
  INSTRUMENTATION.test(name) ? "(agent)" : `${name}@${version}`;

const withPorts = (text: string, aliases: Aliases): string =>
  text.replaceAll(/(?<=:)\d{4,5}(?!\d)/g, (port) => aliases.get(port) ?? port);

/** Which frames a stack has below the application's is the instrumentation's business. */
const STACK = "exception.stacktrace";
const firstLine = (value: OfficialValue): OfficialValue =>
  typeof value === "string" ? (value.split("\n", 1)[0] ?? "") : value;

const known = (value: OfficialValue, aliases: Aliases): OfficialValue => {
  if (typeof value === "string") return withPorts(value, aliases);
  return typeof value === "number" ? (aliases.get(String(value)) ?? value) : value;
};

export const normalised = (attributes: OfficialAttributes, aliases: Aliases): OfficialAttributes =>
  Object.fromEntries(
    Object.entries(attributes)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => {
        if (EPHEMERAL.has(key)) return [key, "(any)"];
        return [key, known(key === STACK ? firstLine(value) : value, aliases)];
      }),
  );

const inOrder = (a: OfficialSpan, b: OfficialSpan): number => Number(a.start - b.start);

/** The roots, in the order in which they began; and so the children of each. */
export const forestOf = (spans: readonly OfficialSpan[], aliases: Aliases): Node[] => {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const childrenOf = Map.groupBy(spans, ({ parentSpanId }) => parentSpanId);
  const node = (span: OfficialSpan): Node => ({
    name: span.name,
    kind: span.kind,
    scope: scopeName(span.scope),
    remote: span.parentSpanId !== "" && !byId.has(span.parentSpanId),
    status: span.status.code,
    message: span.status.message,
    traceState: span.traceState,
    attributes: normalised(span.attributes, aliases),
    events: span.events.map(({ name, attributes }) => ({
      name,
      attributes: normalised(attributes, aliases),
    })),
    links: span.links.map(({ spanId, attributes }) => ({
      to: byId.get(spanId)?.name ?? spanId,
      attributes,
    })),
    dropped: span.dropped,
    children: (childrenOf.get(span.spanId) ?? []).toSorted(inOrder).map(node),
  });
  return spans
    .filter(({ parentSpanId }) => !byId.has(parentSpanId))
    .toSorted(inOrder)
    .map(node);
};
