/**
 * How far is the clock of a component from those of its callers? A request begins after its call has begun and ends before it ends:
 *
 *   call     |-----------------------|
 *   request      |-------------|            early, late: what its clock may be wrong by, one way and the other
 *            <--->             <----->
 *
 * Of several calls the medians count, since one that ends late is no clock. A message has a beginning only: it may be worked at for
 * long after it was sent. Pure.
 */
import type { Span } from "../measurement/jaeger.ts";
import {
  type Check,
  differs,
  endOf,
  kindOf,
  type Kin,
  kinIn,
  match,
  noEvidence,
} from "./subject.ts";

/** Below this agents may differ on one machine: they follow a clock that is set only when it is off by half of it. */
const MOST_MS = 100;
const FEWEST = 3;

export const clock: Check = ({ service, company: { services, traces } }) => {
  const kin = traces
    .flatMap(kinIn)
    .filter(
      ({ child, parent }) =>
        child.service === service &&
        parent.service !== service &&
        services.includes(parent.service),
    );
  const skews = [...Map.groupBy(kin, processes).values()].flatMap((some) => skewOf(some) ?? []);
  const worst = skews.toSorted((a, b) => Math.abs(b.ms) - Math.abs(a.ms))[0];
  if (!worst) return noEvidence("too few calls from other components");
  const { ms, by, of } = worst;
  const found = `about ${Math.abs(ms).toFixed(ms === 0 ? 0 : 1)} ms ${ms < 0 ? "behind" : "ahead of"} that of ${by}, by ${of} calls`;
  return Math.abs(ms) > MOST_MS
    ? differs(`the clock of ${service} is ${found}`)
    : match(ms === 0 ? `no difference from that of ${by} to be seen in ${of} calls` : found);
};

const processes = ({ child, parent }: Kin): string =>
  JSON.stringify([child.pod, parent.service, parent.pod]);

interface Skew {
  /** What the clock of the child is ahead, at least; negative when it is behind. */
  ms: number;
  by: string;
  of: number;
}

/** Undefined when too few of them say anything. */
const skewOf = (kin: Kin[]): Skew | undefined => {
  const begun = kin
    .filter(isOrdered)
    .map(({ child, parent }) => child.startMicros - parent.startMicros);
  const ended = kin.filter(isCall).map(({ child, parent }) => endOf(child) - endOf(parent));
  if (begun.length < FEWEST) return undefined;
  const most = median(begun) / 1000;
  const least = ended.length < FEWEST ? -Infinity : median(ended) / 1000;
  const by = kin[0]?.parent.service ?? "";
  return { ms: outside(least, most), by, of: begun.length };
};

/** The difference of the clocks is between the two; where zero is not, it is guessed to be in the middle. */
const outside = (least: number, most: number): number => {
  if (least <= 0 && most >= 0) return 0;
  return Number.isFinite(least) ? (least + most) / 2 : most;
};

const isCall = ({ child, parent }: Kin): boolean => is(parent, "client") && is(child, "server");
const isMessage = ({ child, parent }: Kin): boolean =>
  is(parent, "producer") && is(child, "consumer");
const isOrdered = (kin: Kin): boolean => isCall(kin) || isMessage(kin);

const is = (span: Span, kind: string): boolean => kindOf(span) === kind;

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
