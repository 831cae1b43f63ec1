/** What a counter did between two looks. Pure. */
import type { Beat } from "../../facts.ts";

type Count = "items" | "failed" | "requests" | "failedRequests";
type Point = [at: number, value: number];

/** A counter that fell has started again: what it shows now is what was added. */
const added = (before: Beat, after: Beat, count: Count): number =>
  after[count] >= before[count] ? after[count] - before[count] : after[count];

const between = (beats: Beat[], value: (before: Beat, after: Beat) => number): Point[] =>
  beats.slice(1).map((after, index) => {
    const before = beats[index] ?? after;
    return [after.at, value(before, after)];
  });

export const perSecond = (beats: Beat[], count: Count): Point[] =>
  between(beats, (before, after) =>
    after.at > before.at ? (added(before, after, count) * 1000) / (after.at - before.at) : 0,
  );

export const additions = (beats: Beat[], count: Count): Point[] =>
  between(beats, (before, after) => added(before, after, count));
