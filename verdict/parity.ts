/**
 * Do the old and the new series say the same? Both sides are increases (counters, histograms) or last values (gauges) over one
 * aligned window, already fetched: resets and lateness are the reader's business. Zero on both sides proves nothing.
 */
import {
  type Difference,
  differences,
  type Group,
  grouped,
  type Part,
  type Sample,
} from "./groups.ts";
import type { ParityRow } from "./paritymap.ts";

export type { Difference, Sample } from "./groups.ts";

/** Counters and gauges have `values`; histograms `count`, `sum` and `buckets` (cumulative, with label `le`). */
export interface Samples {
  values?: Sample[];
  count?: Sample[];
  sum?: Sample[];
  buckets?: Sample[];
}

export type ParityVerdict = "Match" | "Exceeds" | "Differs" | "NoEvidence" | "Dropped";

export interface ParityResult {
  row: string;
  verdict: ParityVerdict;
  /** One sentence. */
  message: string;
  /** Label combinations that were compared. */
  compared: number;
  /** Where the sides differ; empty unless the verdict is Differs. */
  where: Difference[];
}

/** Pure. Exceeds: the new series agrees, and tells more (a label the old one does not have). */
export const compareRow = (
  row: ParityRow,
  sides: { legacy: Samples; otel: Samples },
): ParityResult => {
  if (row.dropped !== undefined) return result(row, "Dropped", { message: row.dropped });
  const [leading, ...others] = partsOf(row, sides);
  const nothing = noEvidence(leading);
  if (nothing !== undefined) return result(row, "NoEvidence", { message: nothing });
  const where = [leading, ...others].flatMap((part) => differences(part, scaleOf(part, leading)));
  const compared = leading.legacy.length;
  return where.length > 0
    ? result(row, "Differs", { message: describe(where), compared, where })
    : agreement(row, { compared, more: extraLabel(row, sides.otel) });
};

const agreement = (
  row: ParityRow,
  { compared, more }: { compared: number; more: string | undefined },
): ParityResult => {
  const matched = `${compared} label combination${compared === 1 ? "" : "s"} within ${row.tolerancePercent} %`;
  return more === undefined
    ? result(row, "Match", { message: matched, compared })
    : result(row, "Exceeds", {
        message: `${matched}; the new series also tells ${more}`,
        compared,
      });
};

/** The first part is the one that tells whether there is evidence. */
const partsOf = (
  row: ParityRow,
  { legacy, otel }: { legacy: Samples; otel: Samples },
): [Part, ...Part[]] => {
  const part = (name: Part["name"], field: keyof Samples, factor: number): Part => ({
    name,
    row,
    legacy: grouped(row, legacy[field] ?? [], { side: "legacy", factor }),
    otel: grouped(row, otel[field] ?? [], { side: "otel", factor: 1 }),
  });
  return row.kind === "histogram"
    ? [part("count", "count", 1), part("sum", "sum", row.unitFactor), part("bucket", "buckets", 1)]
    : [part("value", "values", row.unitFactor)];
};

const noEvidence = ({ legacy, otel }: Part): string | undefined => {
  if (legacy.length === 0) return "the old series has no samples in the window";
  const silent = [...legacy, ...otel].every(({ value }) => value === 0);
  return silent ? "both sides are zero over the whole window" : undefined;
};

/**
 * Of a bucket, what is compared is the share of all observations that may be on the other side of a boundary, since two clocks
 * measure them. Of few observations chance may take a larger share, of their number in a bucket as of their sum: three standard
 * errors of it are allowed besides.
 */
const scaleOf = ({ name, row }: Part, leading: Part): ((group: Group) => number) => {
  if (name === "value" || name === "count") return ({ value }) => Math.abs(value);
  const counts = new Map(leading.legacy.map(({ key, value }) => [key, value]));
  const share = Math.min(1, row.tolerancePercent / 100);
  const chance = (count: number): number =>
    share > 0 && count > 0 ? (3 * Math.sqrt((share * (1 - share)) / count)) / share : 0;
  return ({ parent, value }) => {
    const count = counts.get(parent) ?? value;
    return (name === "bucket" ? count : Math.abs(value)) * (1 + chance(count));
  };
};

/** They name where a series comes from, not what it tells. */
const ORIGIN =
  /^(__name__|le|job|instance|pod|node|namespace|container|endpoint|edition|service_|k8s_|otel_|telemetry_|exported_|process_|host_|deployment_|server_address|server_port)/;

/** A label that the map does not know and that takes more than one value. */
const extraLabel = (row: ParityRow, { values = [], count = [] }: Samples): string | undefined => {
  const samples = row.kind === "histogram" ? count : values;
  const known = new Set(Object.values(row.labels));
  const candidates = new Set(samples.flatMap(({ labels }) => Object.keys(labels)));
  return [...candidates]
    .filter((label) => !known.has(label) && !ORIGIN.test(label))
    .find((label) => new Set(samples.map(({ labels }) => labels[label] ?? "")).size > 1);
};

const describe = (where: Difference[]): string => {
  const [first, ...rest] = where;
  const more = rest.length > 0 ? `, and ${rest.length} more` : "";
  return first ? `${first.sentence}${more}` : "";
};

const result = (
  { row }: ParityRow,
  verdict: ParityVerdict,
  {
    message,
    compared = 0,
    where = [],
  }: { message: string; compared?: number; where?: Difference[] },
): ParityResult => ({ row, verdict, message, compared, where });
