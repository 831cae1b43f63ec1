/**
 * Has every operation that a counter counts its span? Each series of the counter is taken from one look to another, when its value
 * was exact, and compared with the spans of the same pod that ended between the two. More spans than operations are no trouble: not
 * every span is one. Pure.
 */
import type { SpanMap } from "@flashcard-otel/verdict/paritymap.ts";
import type { Series } from "../measurement/prometheus.ts";
import type { Span } from "../measurement/jaeger.ts";
import { type Between, between, type Window } from "../parity/increase.ts";
import { type Answer, differs, endOf, kindOf, match, noEvidence } from "./subject.ts";

const LEAST_EXPLAINED = 0.999;
/** A counter is read a moment after the time that its value is given: at the last look it may know of spans that end after it. */
const READ_SECONDS = 0.2;
/** And it may count a moment after a span has ended: after the first look, of spans that ended before it. */
const COUNTED_SECONDS = 0.05;
const POD = "pod";

export interface Evidence {
  series: Series[];
  spans: Span[];
  window: Window;
}

export const explain = (map: SpanMap, { series, spans, window }: Evidence): Answer => {
  const { podLabel = POD } = map;
  const nameless = series.find(({ labels }) => !labels[podLabel]);
  if (nameless)
    return noEvidence(`a series of the counter has no label ${podLabel} that names its pod`);
  const counted = countedIn(map, series, window);
  const operations = sum(counted.map(({ value }) => value));
  if (operations === 0) return noEvidence("the counter counts nothing in the window");
  const matching = spans.filter((span) => isMeant(span, map));
  const gaps = counted.map((one) => gapOf(one, matching.filter(isOf(one, map))));
  const missing = sum(gaps.map((gap) => gap.missing));
  const share = 1 - missing / operations;
  const said = `spans explain ${percent(share)} of ${operations} operations`;
  const worst = gaps.toSorted((a, b) => b.missing - a.missing)[0];
  return share >= LEAST_EXPLAINED || !worst
    ? match(said)
    : differs(
        `${said}, ${percent(LEAST_EXPLAINED)} are needed; most are missing of ${worst.place}`,
      );
};

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
const percent = (share: number): string => `${(Math.floor(share * 100_000) / 1000).toFixed(3)} %`;

/** What a pod did of one kind. */
interface Counted extends Between {
  pod: string;
  /** Values of the attributes. */
  key: string;
}

const countedIn = (map: SpanMap, series: Series[], window: Window): Counted[] => {
  const { podLabel = POD } = map;
  const all = series.flatMap(({ labels, points }) => {
    const grown = between(points, window);
    return grown ? [{ ...grown, pod: labels[podLabel] ?? "", key: keyOfLabels(labels, map) }] : [];
  });
  return [...Map.groupBy(all, ({ pod, key }) => `${pod} ${key}`).values()].flatMap(together);
};

/** Labels that are summed over; a series that began later had counted nothing before. */
const together = (some: Counted[]): Counted[] => {
  const [first] = some;
  if (!first) return [];
  const from = Math.min(...some.map((one) => one.from));
  const to = Math.max(...some.map((one) => one.to));
  return [{ ...first, from, to, value: sum(some.map(({ value }) => value)) }];
};

/** An absent one and an empty one are the same. */
const keyOf = (values: [name: string, value: string][]): string =>
  values
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}="${value}"`)
    .toSorted()
    .join(", ");

const keyOfLabels = (labels: Record<string, string>, { labels: names, values }: SpanMap): string =>
  keyOf(
    Object.entries(names).map(([old, attribute]) => {
      const value = labels[old] ?? "";
      return [attribute, values?.[old]?.[value] ?? value];
    }),
  );

const keyOfSpan = (span: Span, { labels }: SpanMap): string =>
  keyOf(Object.values(labels).map((attribute) => [attribute, valueOf(span, attribute)]));

const valueOf = (span: Span, attribute: string): string => {
  if (attribute === "span.name") return span.name;
  return attribute === "span.kind" ? kindOf(span) : (span.tags[attribute] ?? "");
};

/** A span that may be one of the operations. */
export const isMeant = (span: Span, { where }: SpanMap): boolean =>
  Object.entries(where).every(([attribute, values]) => values.includes(valueOf(span, attribute)));

const isOf =
  ({ pod, key }: Counted, map: SpanMap) =>
  (span: Span): boolean =>
    span.pod === pod && keyOfSpan(span, map) === key;

interface Gap {
  missing: number;
  place: string;
}

const gapOf = ({ pod, key, from, to, value }: Counted, spans: Span[]): Gap => {
  const ends = spans.map((span) => endOf(span) / 1_000_000);
  const isBetween = (end: number, after: number, until: number): boolean =>
    end > after && end <= until;
  const found = ends.filter((end) => isBetween(end, from, to)).length;
  const unsure = ends.filter(
    (end) => isBetween(end, from - COUNTED_SECONDS, from) || isBetween(end, to, to + READ_SECONDS),
  ).length;
  const missing = Math.max(0, value - found - unsure);
  return { missing, place: `{${key}} of pod ${pod}: ${found} spans for ${value}` };
};
