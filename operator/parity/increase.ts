/**
 * Raw samples -> what a series grew by in a window. Prometheus's own increase() extrapolates and forgets the first value of a
 * series that was born in the window, differently for samples every 5 s and every 10 s; two sides must not differ for that. Pure.
 *
 *          first seen                       a reset: what came before stays counted
 *   0 ........ o──────o──────o──────o   o──────o
 *        │start                      ╲ ╱            │end
 */
import { ERRORS } from "@flashcard-otel/verdict/slack.ts";
import type { Series } from "../measurement/prometheus.ts";
import { LATENESS_SECONDS } from "./window.ts";

type Points = Series["points"];

export interface Window {
  /** Seconds. */
  start: number;
  end: number;
}

export interface Grown {
  value: number;
  /** How far it may be off because nobody looked exactly at the edges. */
  slack: number;
  /** How far at most, whatever came between the looks around them. */
  most: number;
  /** What it had grown by at as many moments, evenly spread over the window. */
  curve: number[];
}

/** Two sides that look at different moments disagree a little all the time: as many show how much. */
const MOMENTS = 24;

/** Undefined when the series has no sample that says anything about the window. */
export const increase = (points: Points, window: Window): Grown | undefined => {
  const steady = withoutResets(points);
  const [first] = steady;
  const last = steady.at(-1);
  if (!first || !last || last.at <= window.start) return undefined;
  const known = goingOn(bornAtZero(steady, window), window);
  const spread = deviation(known);
  const start = at(known, window.start);
  const end = at(known, window.end);
  return {
    value: end.value - start.value,
    slack: Math.hypot(edgeSlack(start, spread), edgeSlack(end, spread)),
    most: farthest(start) + farthest(end),
    curve: momentsOf(window).map((moment) => at(known, moment).value - start.value),
  };
};

const momentsOf = ({ start, end }: Window): number[] =>
  Array.from({ length: MOMENTS }, (_, nth) => start + ((nth + 0.5) * (end - start)) / MOMENTS);

/** From one look at a counter to another: what it grew by between them is exact. */
export interface Between {
  /** Seconds. */
  from: number;
  to: number;
  value: number;
}

/** Between the first and the last look within the window; undefined when there are not two. */
export const between = (points: Points, { start, end }: Window): Between | undefined => {
  const known = bornAtZero(withoutResets(points), { start, end });
  const inside = known.filter((point) => point.at >= start && point.at <= end);
  const [first, last] = [inside[0], inside.at(-1)];
  if (!first || !last || first === last) return undefined;
  return { from: first.at, to: last.at, value: last.value - first.value };
};

/** A counter that gets smaller has begun anew. */
const withoutResets = (points: Points): Points => {
  let before = 0;
  let offset = 0;
  return points.map((point) => {
    if (point.value < before) offset += before;
    before = point.value;
    return { at: point.at, value: point.value + offset };
  });
};

/** A counter that appears has counted from zero since the last time one could have seen it. */
const bornAtZero = (points: Points, { start }: Window): Points => {
  const [first] = points;
  if (!first || first.at <= start) return points;
  return [{ at: first.at - interval(points), value: 0 }, ...points];
};

/** A sample that was not due yet when the window was read is taken to go on as those before it: a slow scrape is no end. */
const goingOn = (points: Points, { end }: Window): Points => {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first === last || last.at >= end) return points;
  const due = last.at + interval(points);
  if (due <= end + LATENESS_SECONDS) return points;
  const value = last.value + ((last.value - first.value) * (due - last.at)) / (last.at - first.at);
  // Of a counter of whole things.
  const isWhole = points.every((point) => Number.isInteger(point.value));
  return [...points, { at: due, value: isWhole ? Math.round(value) : value }];
};

/** Nobody looks more often than that, as far as is known, when there is a single sample. */
const USUAL_SECONDS = 10;

/** Seconds from sample to sample, usually. */
export const interval = (points: Points): number => {
  const gaps = points.slice(1).map((point, index) => point.at - (points[index]?.at ?? point.at));
  return gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? USUAL_SECONDS;
};

interface Edge {
  value: number;
  /** How far between the two samples around it, 0..1. */
  fraction: number;
  /** What happened between them. */
  step: number;
}

/** The value at a moment, on a straight line between the samples around it. */
const at = (points: Points, moment: number): Edge => {
  const next = points.findIndex((point) => point.at >= moment);
  const [before, after] = [points[next - 1], points[next]];
  if (!after) return { value: points.at(-1)?.value ?? 0, fraction: 0, step: 0 };
  if (!before) return { value: after.value, fraction: 0, step: 0 };
  const fraction = (moment - before.at) / (after.at - before.at);
  const step = after.value - before.value;
  return { value: before.value + fraction * step, fraction, step };
};

/** How much the growth varies from sample to sample. */
const deviation = (points: Points): number => {
  const steps = points.slice(1).map((point, index) => point.value - (points[index]?.value ?? 0));
  const mean = steps.reduce((sum, step) => sum + step, 0) / Math.max(1, steps.length);
  const squares = steps.reduce((sum, step) => sum + (step - mean) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, steps.length - 1));
};

/** Fewer than `ERRORS` for the guess that takes the place of a spread when events come in regular bunches and every step is the same. */
const GUESSED_ERRORS = 2;

/** A bridge between two known points is off most in its middle; where nothing happened it is exact. */
const edgeSlack = ({ fraction, step }: Edge, spread: number): number => {
  const bridge = Math.sqrt(fraction * (1 - fraction));
  const guess = Number.isInteger(step) ? GUESSED_ERRORS * Math.sqrt(Math.abs(step)) : 0;
  return Math.min(Math.abs(step), bridge * Math.max(ERRORS * spread, guess));
};

/** All of it may have come at once, just before the edge or just after. */
const farthest = ({ fraction, step }: Edge): number =>
  Math.max(fraction, 1 - fraction) * Math.abs(step);
