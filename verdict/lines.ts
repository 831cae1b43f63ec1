/** What each kind of evidence line must hold. Tables instead of a schema library: this package has no dependencies. */

type Test = (value: unknown) => boolean;

const number: Test = (value) => typeof value === "number" && Number.isFinite(value);
const count: Test = (value) => Number.isInteger(value) && (value as number) >= 0;
const positive: Test = (value) => count(value) && value !== 0;
const text: Test = (value) => typeof value === "string";
const optional =
  (test: Test): Test =>
  (value) =>
    value === undefined || test(value);
const oneOf =
  (...allowed: unknown[]): Test =>
  (value) =>
    allowed.includes(value);
const listOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test);
const pairOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.length === 2 && value.every(test);

const common: Record<string, Test> = { v: oneOf(1), attempt: text, seq: count };

const kinds: Record<string, Record<string, Test>> = {
  plan: {
    key: oneOf("marginal"),
    marginPercent: optional(number),
    alpha: optional(number),
    pairsPerBlock: count,
    maxBlocks: count,
    aaBlocks: count,
    warmupItems: count,
    itemsPerExport: optional(positive),
    seed: number,
  },
  "plan whole": {
    key: oneOf("whole"),
    marginPercent: number,
    alpha: number,
    itemsPerEpoch: count,
    warmupItems: count,
    maxPairs: count,
    seed: number,
  },
  epoch: {
    pair: count,
    first: oneOf("plain", "injected"),
    before: pairOf(count),
    items: count,
    cpuUs: pairOf(number),
    bad: pairOf(count),
    onItems: count,
    spans: count,
    traces: count,
    metricPoints: optional(count),
    ms: number,
  },
  block: {
    phase: oneOf("aa", "ab"),
    block: count,
    on: listOf(number),
    off: listOf(number),
    sampled: optional(listOf(count)),
    flushUs: number,
    flushes: optional(count),
    oneFlushUs: optional(number),
    bad: count,
    badOn: optional(count),
    wallOn: optional(listOf(number)),
    wallOff: optional(listOf(number)),
    ms: number,
  },
  twin: {
    pairs: listOf(pairOf(number)),
    bad: count,
    flushUs: optional(number),
    before: optional(pairOf(count)),
  },
  control: {
    onItems: count,
    spans: count,
    traces: count,
    offTraces: count,
    metricPoints: optional(count),
    forwardedTrace: (value) => value === null || text(value),
  },
  end: { reason: oneOf("Completed", "Aborted"), message: optional(text) },
};

/** One sentence about the first field that is missing or wrong; undefined for a good line. */
export const troubleWith = (line: object): string | undefined => {
  const fields = line as Record<string, unknown>;
  if (fields["v"] !== 1) return `version ${String(fields["v"])} is not known, only 1 is`;
  const own = kinds[nameOf(fields)];
  if (!own) return `kind ${String(fields["kind"])} is not known`;
  const wrong = Object.entries({ ...common, ...own }).find(([name, test]) => !test(fields[name]));
  return wrong ? `${wrong[0]} is missing or not what it should be` : undefined;
};

/** There are two kinds of plan. */
const nameOf = ({ kind, key }: Record<string, unknown>): string =>
  kind === "plan" && key === "whole" ? "plan whole" : String(kind);
