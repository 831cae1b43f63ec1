/** What docs/telemetry.md promises, and what of something received it does not know. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DecodedSpan } from "./otlp.ts";
import type { Sink } from "./sink.ts";

const FILE = join(import.meta.dirname, "../../docs/telemetry.md");
const OWN_SCOPE = "flashcard-otel";
const EVERY_METRIC = "otel.metric.overflow";
/** Added by the applications of the tests themselves. */
const OF_THE_APPLICATION = /^(app\.|batch\.id$)/;

const names = (cell: string): string[] =>
  [...cell.matchAll(/`([\w.]+)`/g)].map(([, name]) => name ?? "").filter((name) => /\./.test(name));

/** Rows of the table below a heading, as cells. */
function rows(text: string, heading: string): string[][] {
  const section = text.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .map((cell) => cell.trim())
        .slice(1),
    );
}

export interface Documented {
  spans: Set<string>;
  resource: Set<string>;
  /** By name: the attributes it may have. */
  metrics: Map<string, Set<string>>;
  events: Map<string, Set<string>>;
}

export function documented(): Documented {
  const text = readFileSync(FILE, "utf8");
  const first = (heading: string): Set<string> =>
    new Set(rows(text, heading).flatMap(([cell = ""]) => names(cell)));
  const withAttributes = (heading: string): Map<string, Set<string>> =>
    new Map(
      rows(text, heading).flatMap(([cell = "", , attributes = ""]) =>
        [...cell.matchAll(/`([\w.]+)`/g)].map(([, name = ""]) => [
          name,
          new Set(names(attributes)),
        ]),
      ),
    );
  return {
    spans: first("Span attributes"),
    resource: first("Resource"),
    metrics: withAttributes("Metrics"),
    events: withAttributes("Span events"),
  };
}

/** Sentences about what arrived and is in no list; empty when all is well. */
export function undocumented(sink: Sink): string[] {
  const known = documented();
  const found = [
    ...Object.keys(sink.resource)
      .filter((key) => !known.resource.has(key))
      .map((key) => `resource attribute ${key}`),
    ...sink.spans.flatMap((span) => ofSpan(span, known)),
    ...[...sink.metrics.values()]
      .filter(({ scope }) => scope === OWN_SCOPE)
      .flatMap((metric) => ofMetric(metric.name, metric.points, known)),
  ];
  return [...new Set(found)];
}

function ofSpan({ attributes, events }: DecodedSpan, known: Documented): string[] {
  return [
    ...Object.keys(attributes)
      .filter((key) => !known.spans.has(key) && !OF_THE_APPLICATION.test(key))
      .map((key) => `span attribute ${key}`),
    ...events
      .filter(({ name }) => name.startsWith("resilience.") || known.events.has(name))
      .flatMap((event) =>
        Object.keys(event.attributes)
          .filter((key) => known.events.get(event.name)?.has(key) !== true)
          .map((key) => `${key} of event ${event.name}`),
      ),
  ];
}

function ofMetric(
  name: string,
  points: readonly { attributes: object }[],
  { metrics }: Documented,
): string[] {
  const allowed = metrics.get(name);
  if (allowed === undefined) return [`metric ${name}`];
  return points
    .flatMap(({ attributes }) => Object.keys(attributes))
    .filter((key) => key !== EVERY_METRIC && !allowed.has(key))
    .map((key) => `${key} of metric ${name}`);
}
