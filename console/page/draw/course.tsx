/**
 * A verdict as a picture: after each pair of blocks the estimate, and the interval that still holds; the verdict falls when the
 * interval lies on one side of the budget.
 */
import type { Course, CoursePoint } from "../../facts.ts";
import { figure, percent, verdictTone } from "../words.ts";
import { linear, pathOf, type Range, ticks } from "./scale.ts";
import { useWidth } from "./width.ts";

const LEFT = 48;
const RIGHT = 74;
const TOP = 10;
const BOTTOM = 30;

interface Frame {
  width: number;
  height: number;
  pairs: Range;
  percents: Range;
  x: (pairs: number) => number;
  y: (percent: number) => number;
}

/** The first intervals are so wide that nothing else would be seen: the picture fits what was known after a while. */
const percentsOf = ({ points, budgetPercent }: Course): Range => {
  const later = points.slice(Math.floor(points.length / 4));
  const lows = later.map(({ lower, estimate }) => lower ?? estimate);
  const highs = later.map(({ upper, estimate }) => upper ?? estimate);
  const low = Math.min(-budgetPercent / 2, ...lows);
  const high = Math.max(budgetPercent * 1.6, ...highs);
  const room = (high - low) * 0.05;
  return [low - room, high + room];
};

/** A trial that has just begun has room to grow. */
const LEAST_PAIRS = 10;

const frameOf = (course: Course, [width, height]: [number, number]): Frame => {
  const pairs: Range = [0, Math.max(course.points.at(-1)?.pairs ?? 0, LEAST_PAIRS)];
  const percents = percentsOf(course);
  const y = linear(percents, [height - BOTTOM, TOP]);
  return {
    width,
    height,
    pairs,
    percents,
    x: linear(pairs, [LEFT, width - RIGHT]),
    y: (value) => Math.max(TOP, Math.min(height - BOTTOM, y(value))),
  };
};

const bandOf = (points: CoursePoint[], { x, y }: Frame): string => {
  const known = points.filter(({ lower, upper }) => lower !== undefined && upper !== undefined);
  if (known.length === 0) return "";
  const above = known.map(({ pairs, upper = 0 }) => [x(pairs), y(upper)] as const);
  const below = known.map(({ pairs, lower = 0 }) => [x(pairs), y(lower)] as const).toReversed();
  return `${pathOf([...above, ...below])}Z`;
};

const Axes = ({ frame }: { frame: Frame }) => (
  <g class="axes">
    {ticks(frame.percents, frame.height > 150 ? 5 : 3).map((value) => (
      <g key={value} class={value === 0 ? "zero" : ""}>
        <line x1={LEFT} x2={frame.width - RIGHT} y1={frame.y(value)} y2={frame.y(value)} />
        <text x={LEFT - 6} y={frame.y(value) + 4} text-anchor="end">
          {figure(value)} %
        </text>
      </g>
    ))}
    {ticks(frame.pairs, Math.max(2, Math.floor(frame.width / 120)))
      .filter(Number.isInteger)
      .map((value) => (
        <text key={value} x={frame.x(value)} y={frame.height - BOTTOM + 14} text-anchor="middle">
          {value}
        </text>
      ))}
    <text x={frame.width - RIGHT} y={frame.height - 3} text-anchor="end">
      pairs compared
    </text>
  </g>
);

const sentence = ({ verdict, budgetPercent }: Course): string => {
  const { estimatePercent, lowerPercent, upperPercent } = verdict;
  if (estimatePercent === undefined) return `${verdict.verdict}: ${verdict.message}`;
  const bounds =
    lowerPercent === undefined || upperPercent === undefined
      ? ""
      : `, between ${percent(lowerPercent)} and ${percent(upperPercent)}`;
  return `${verdict.verdict}: CPU per item ${percent(estimatePercent)}${bounds}, budget ${budgetPercent} %, after ${verdict.pairs} pairs`;
};

const Picture = ({ course, frame }: { course: Course; frame: Frame }) => {
  const { points, budgetPercent, verdict } = course;
  const last = points.at(-1);
  const budget = frame.y(budgetPercent);
  const end = frame.width - RIGHT;
  return (
    <>
      <rect
        class="allowed"
        x={LEFT}
        width={end - LEFT}
        y={budget}
        height={frame.height - BOTTOM - budget}
      />
      <Axes frame={frame} />
      <path class="band" d={bandOf(points, frame)} />
      <line class="budget" x1={LEFT} x2={end} y1={budget} y2={budget} />
      <text class="budget-label" x={end + 6} y={budget + 4}>
        budget {budgetPercent} %
      </text>
      <path
        class="estimate"
        d={pathOf(
          points.map(({ pairs, estimate }) => [frame.x(pairs), frame.y(estimate)] as const),
        )}
      />
      {last && (
        <circle
          class={`end tone-${verdictTone(verdict.verdict)}`}
          cx={frame.x(last.pairs)}
          cy={frame.y(last.estimate)}
          r="4.5"
        />
      )}
    </>
  );
};

export const CoursePicture = ({ course, height = 240 }: { course: Course; height?: number }) => {
  const [box, width] = useWidth();
  return (
    <div class="course" ref={box}>
      <svg width={width} height={height} role="img" aria-label={sentence(course)}>
        {width > 0 && <Picture course={course} frame={frameOf(course, [width, height])} />}
      </svg>
    </div>
  );
};
