/** The governor's minutes as a picture: cost and budget above, rung and work below. One SVG, no script, no font of its own. */

export interface Sample {
  second: number;
  rounds: number;
  costPercent: number;
  level: number;
  /** Share of requests that are looked at. */
  observed: number;
}

interface Found {
  budgetPercent: number;
  samples: readonly Sample[];
}

const WIDTH = 860;
const LEFT = 56;
const RIGHT = 16;
const COST = { top: 44, height: 190, most: 0 };
const RUNG = { top: 278, height: 120, most: 8 };
const HEIGHT = 440;

type Panel = typeof COST;

const scaleX = (seconds: number) => (second: number) =>
  LEFT + ((WIDTH - LEFT - RIGHT) * second) / seconds;
const scaleY =
  ({ top, height, most }: Panel) =>
  (value: number) =>
    top + height - (height * Math.min(value, most)) / most;

const round = (value: number): string => value.toFixed(1);

/** As steps: what is shown holds until the next look. */
const steps = (points: [number, number][]): string =>
  points
    .map(([x, y], at) => (at === 0 ? `M${round(x)} ${round(y)}` : `H${round(x)} V${round(y)}`))
    .join(" ");

const axis = (panel: Panel, marks: number[], unit: string): string =>
  marks
    .map((mark) => {
      const y = scaleY(panel)(mark);
      return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y)}" y2="${round(y)}"/><text class="mark" x="${LEFT - 8}" y="${round(y + 4)}" text-anchor="end">${mark}${unit}</text>`;
    })
    .join("\n");

const heavy = (samples: readonly Sample[], x: (second: number) => number): string =>
  samples
    .filter(({ rounds }) => rounds === 0)
    .map(
      ({ second }) =>
        `<rect class="light" x="${round(x(second - 1))}" y="${COST.top}" width="${round(x(1) - x(0) + 0.3)}" height="${RUNG.top + RUNG.height - COST.top}"/>`,
    )
    .join("\n");

export const plot = ({ budgetPercent, samples }: Found): string => {
  const seconds = samples.length;
  const x = scaleX(seconds);
  const most = Math.ceil(Math.max(2 * budgetPercent, ...samples.map((one) => one.costPercent)));
  const cost = { ...COST, most };
  const costs = samples.map(({ second, costPercent }): [number, number] => [
    x(second),
    scaleY(cost)(costPercent),
  ]);
  const rungs = samples.map(({ second, level }): [number, number] => [
    x(second),
    scaleY(RUNG)(level),
  ]);
  const budgetY = round(scaleY(cost)(budgetPercent));
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * most));
  const minutes = Array.from({ length: Math.floor(seconds / 20) + 1 }, (_, at) => at * 20);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="The governor brings the agent's cost below its budget and lets everything come back">
<style>
svg { background: #ffffff; font: 12px system-ui, sans-serif; fill: #24292f }
.grid { stroke: #d8dee4 } .mark { fill: #57606a } .light { fill: #fff3d6 }
.cost { fill: none; stroke: #0969da; stroke-width: 2 } .rung { fill: none; stroke: #8250df; stroke-width: 2 }
.budget { stroke: #cf222e; stroke-dasharray: 5 4 }
</style>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>
${heavy(samples, x)}
<text x="${LEFT}" y="24" font-weight="600">Agent's CPU over the application's, per cent (governor's own estimate, ${budgetPercent} % allowed)</text>
${axis(cost, marks, "")}
<line class="budget" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${budgetY}" y2="${budgetY}"/>
<path class="cost" d="${steps(costs)}"/>
<text x="${LEFT}" y="${RUNG.top - 12}" font-weight="600">Rung: 0 everything, 1 no attributes, 2 no cheap calls, 3-7 one request in 2 to 32, 8 metrics only</text>
${axis(RUNG, [0, 2, 4, 6, 8], "")}
<path class="rung" d="${steps(rungs)}"/>
${minutes.map((second) => `<text class="mark" x="${round(x(second))}" y="${HEIGHT - 18}" text-anchor="middle">${second} s</text>`).join("\n")}
<text class="mark" x="${WIDTH - RIGHT}" y="24" text-anchor="end">shaded: light items</text>
</svg>
`;
};
