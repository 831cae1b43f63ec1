/** What the operator's own metrics say has happened between two scrapes. */
import { readSamples, type Sample } from "../parity/exposition.ts";

export interface Told {
  calls: number;
  looks: number;
  /** As Prometheus' histogram_quantile would have it; NaN without looks. */
  lookSeconds: (share: number) => number;
}

const CALLS = "flashcard_otel_api_call_seconds_count";
const LOOKS = "flashcard_otel_look_seconds_bucket";

export const toldBetween = (before: string, after: string): Told => {
  const [one, other] = [readSamples(before), readSamples(after)];
  const grown = (isMeant: (sample: Sample) => boolean): number =>
    sum(other.filter(isMeant)) - sum(one.filter(isMeant));
  const bounds = [...new Set(other.filter(({ name }) => name === LOOKS).map(boundOf))];
  const buckets = bounds
    .toSorted((a, b) => a - b)
    .map((bound) => ({
      bound,
      looks: grown((sample) => sample.name === LOOKS && boundOf(sample) === bound),
    }));
  return {
    calls: grown(({ name }) => name === CALLS),
    looks: buckets.at(-1)?.looks ?? 0,
    lookSeconds: (share) => quantileIn(buckets, share),
  };
};

const sum = (samples: Sample[]): number => samples.reduce((all, { value }) => all + value, 0);

const boundOf = ({ labels }: Sample): number =>
  labels["le"] === "+Inf" ? Infinity : Number(labels["le"]);

interface Bucket {
  bound: number;
  /** In it and in all below it. */
  looks: number;
}

const quantileIn = (buckets: Bucket[], share: number): number => {
  const rank = share * (buckets.at(-1)?.looks ?? 0);
  const at = buckets.findIndex(({ looks }) => looks >= rank && looks > 0);
  const [bucket, below] = [buckets[at], buckets[at - 1] ?? { bound: 0, looks: 0 }];
  if (!bucket) return NaN;
  if (bucket.bound === Infinity) return below.bound;
  const inside = (rank - below.looks) / (bucket.looks - below.looks);
  return below.bound + inside * (bucket.bound - below.bound);
};
