/** Lines over time: the pulse, and the panels of dashboards. A moment can be pointed at; the legend then tells its values. */
import { useState } from "preact/hooks";
import type { Line } from "../../facts.ts";
import { clock, short } from "../words.ts";
import { extent, linear, pathOf, type Range, ticks, timeTicks } from "./scale.ts";
import { useWidth } from "./width.ts";

export interface Mark {
  at: number;
  label: string;
}

interface ChartOptions {
  label: string;
  lines: Line[];
  height?: number;
  marks?: Mark[];
  /** As the axis and the legend write a value. */
  format?: (value: number) => string;
  /** Where the axis has its lines. */
  ticksOf?: typeof ticks;
  /** Drawn as steps: totals and states, not rates. */
  area?: boolean;
}

const LEFT = 44;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 20;

interface Frame {
  width: number;
  height: number;
  time: Range;
  value: Range;
  x: (at: number) => number;
  y: (value: number) => number;
}

const frameOf = (lines: Line[], marks: Mark[], [width, height]: [number, number]): Frame => {
  const points = lines.flatMap((line) => line.points);
  const times = points.map(([at]) => at);
  const first = times[0] ?? 0;
  const time = extent(times, [first, first]);
  const most = points.reduce((a, [, value]) => Math.max(a, value), 0);
  const least = points.reduce((a, [, value]) => Math.min(a, value), 0);
  const value: Range = [least, most === least ? least + 1 : most * 1.08];
  return {
    width,
    height,
    time:
      marks.length > 0 && times.length === 0
        ? extent(
            marks.map(({ at }) => at),
            [0, 0],
          )
        : time,
    value,
    x: linear(time, [LEFT, width - RIGHT]),
    y: linear(value, [height - BOTTOM, TOP]),
  };
};

const nearest = ({ points }: Line, at: number): [number, number] | undefined =>
  points.reduce<[number, number] | undefined>(
    (best, point) => (best && Math.abs(best[0] - at) <= Math.abs(point[0] - at) ? best : point),
    undefined,
  );

type AxesOptions = { frame: Frame } & Required<Pick<ChartOptions, "format" | "ticksOf">>;

/** Seconds are told where the moments are closer than a minute. */
const momentOf = ([first = 0, second = Infinity]: number[]): ((at: number) => string) =>
  second - first < 60_000 ? clock : (at) => clock(at).slice(0, 5);

const Axes = ({ frame, format, ticksOf }: AxesOptions) => {
  const times = timeTicks(frame.time, Math.max(2, Math.floor(frame.width / 90)));
  const moment = momentOf(times);
  return (
    <g class="axes">
      {ticksOf(frame.value, 3).map((value) => (
        <g key={value}>
          <line x1={LEFT} x2={frame.width - RIGHT} y1={frame.y(value)} y2={frame.y(value)} />
          <text x={LEFT - 6} y={frame.y(value) + 4} text-anchor="end">
            {format(value)}
          </text>
        </g>
      ))}
      {times
        .filter((at) => frame.x(at) > LEFT + 16 && frame.x(at) < frame.width - 30)
        .map((at) => (
          <text key={at} x={frame.x(at)} y={frame.height - 5} text-anchor="middle">
            {moment(at)}
          </text>
        ))}
    </g>
  );
};

const Marks = ({ frame, marks }: { frame: Frame; marks: Mark[] }) => (
  <g class="marks">
    {marks
      .filter(({ at }) => at >= frame.time[0] && at <= frame.time[1])
      .map(({ at, label }) => (
        <g key={`${at}${label}`}>
          <line x1={frame.x(at)} x2={frame.x(at)} y1={TOP} y2={frame.height - BOTTOM} />
          <path d={`M${frame.x(at) - 4} ${TOP - 6}h8l-4 6z`} />
          <title>{`${clock(at)} ${label}`}</title>
        </g>
      ))}
  </g>
);

const Lines = ({ frame, lines, area }: { frame: Frame; lines: Line[]; area: boolean }) => (
  <g>
    {lines.map(({ label, points }, index) => {
      const path = pathOf(points.map(([at, value]) => [frame.x(at), frame.y(value)] as const));
      const [first, last] = [points[0], points.at(-1)];
      const floor = frame.y(Math.max(0, frame.value[0]));
      return (
        <g key={label} class={`line line-${index % 8}`}>
          {area && first && last && (
            <path
              class="area"
              d={`${path}L${frame.x(last[0])} ${floor}L${frame.x(first[0])} ${floor}Z`}
            />
          )}
          <path class="stroke" d={path} />
        </g>
      );
    })}
  </g>
);

/** In words, for those who do not see it. */
const summary = (label: string, lines: Line[], format: (value: number) => string): string =>
  `${label}: ${lines
    .slice(0, 8)
    .map((line) => `${line.label} ${format(line.points.at(-1)?.[1] ?? 0)}`)
    .join(", ")}`;

interface LegendOptions {
  lines: Line[];
  /** The moment that is pointed at; the latest when absent. */
  at: number | undefined;
  format: (value: number) => string;
}

const Legend = ({ lines, at, format }: LegendOptions) => (
  <ul class="legend">
    {lines.map((line, index) => {
      const value = (at === undefined ? line.points.at(-1) : nearest(line, at))?.[1];
      return (
        <li key={line.label} class={`line-${index % 8}`}>
          <span class="swatch" />
          {line.label}
          {value !== undefined && <b>{format(value)}</b>}
        </li>
      );
    })}
    {at !== undefined && <li class="moment">{clock(at)}</li>}
  </ul>
);

export const Chart = ({
  label,
  lines,
  height = 160,
  marks = [],
  format = short,
  ticksOf = ticks,
  area = lines.length === 1,
}: ChartOptions) => {
  const [box, width] = useWidth();
  const [at, setAt] = useState<number>();
  const frame = frameOf(lines, marks, [width, height]);
  const point = (event: PointerEvent): void => {
    const left = (event.currentTarget as Element).getBoundingClientRect().left;
    setAt(linear([LEFT, width - RIGHT], frame.time)(event.clientX - left));
  };
  return (
    <div class="chart" ref={box}>
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={summary(label, lines, format)}
        onPointerMove={point}
        onPointerLeave={() => setAt(undefined)}
      >
        {width > 0 && (
          <>
            <Axes frame={frame} format={format} ticksOf={ticksOf} />
            <Lines frame={frame} lines={lines} area={area} />
            <Marks frame={frame} marks={marks} />
            {at !== undefined && (
              <line
                class="pointer"
                x1={frame.x(at)}
                x2={frame.x(at)}
                y1={TOP}
                y2={height - BOTTOM}
              />
            )}
          </>
        )}
      </svg>
      <Legend lines={lines} at={at} format={format} />
    </div>
  );
};
