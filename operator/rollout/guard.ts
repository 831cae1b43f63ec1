/** Are new pods worse than the old ones that run beside them? Each signal is a PromQL expression with one series per pod. Pure. */
import { median } from "@flashcard-otel/verdict/numeric.ts";
import type { Manifest } from "../cluster/cluster.ts";
import { INJECTED_ANNOTATION } from "../injection/names.ts";
import type { Sample } from "../measurement/prometheus.ts";
import type { SignalSpec } from "../migration/schema.ts";
import { isReady, readySince } from "./failing.ts";

/** Names of the pods that are compared. */
export interface Sides {
  fresh: string[];
  old: string[];
}

export interface Reading {
  signal: string;
  /** Medians over the pods of each side. */
  fresh: number;
  old: number;
  /** Worse by more than the signal tolerates. */
  regressed: boolean;
}

/**
 * Fresh pods count from half of the soak time on: before, they are slow because they are young. Old ones are all that are ready and
 * carry something else, be it nothing.
 */
export const sidesOf = (
  pods: Manifest[],
  { hash, now, soakSeconds }: { hash: string; now: Date; soakSeconds: number },
): Sides => {
  const ready = pods.filter((pod) => isReady(pod) && !pod.metadata.deletionTimestamp);
  const isNew = ({ metadata }: Manifest): boolean =>
    metadata.annotations?.[INJECTED_ANNOTATION]?.endsWith(`@${hash}`) === true;
  const isWarm = (pod: Manifest): boolean =>
    now.getTime() - readySince(pod) >= (soakSeconds / 2) * 1000;
  const names = (some: Manifest[]) => some.map(({ metadata }) => metadata.name);
  return {
    fresh: names(ready.filter((pod) => isNew(pod) && isWarm(pod))),
    old: names(ready.filter((pod) => !isNew(pod))),
  };
};

/** Undefined where a side has no value: nothing is known then, and nothing is said. */
export const readingOf = (
  signal: SignalSpec,
  samples: Sample[],
  sides: Sides,
): Reading | undefined => {
  const fresh = valuesOf(samples, signal, sides.fresh);
  const old = valuesOf(samples, signal, sides.old);
  if (fresh.length === 0 || old.length === 0) return undefined;
  const reading = { signal: signal.name, fresh: median(fresh), old: median(old) };
  return { ...reading, regressed: isWorse(signal, reading) };
};

const valuesOf = (samples: Sample[], { podLabel }: SignalSpec, pods: string[]): number[] =>
  samples
    .filter(({ labels, value }) => pods.includes(labels[podLabel] ?? "") && Number.isFinite(value))
    .map(({ value }) => value);

const isWorse = (
  { worse, tolerancePercent, atLeast }: SignalSpec,
  { fresh, old }: Pick<Reading, "fresh" | "old">,
): boolean => {
  const by = worse === "Higher" ? fresh - old : old - fresh;
  return by > atLeast && by > Math.abs(old) * (tolerancePercent / 100);
};

/** In words, with the numbers. */
export const sentence = ({ signal, fresh, old }: Reading): string =>
  `${signal} is ${brief(fresh)} on the new pods and ${brief(old)} on the old ones beside them`;

const brief = (value: number): string => String(Number(value.toPrecision(3)));
