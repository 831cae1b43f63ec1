/** The interval over the pairs, as SVG. Pure. */
import type { Frame } from "./frames.ts";

const WIDTH = 800;
const HEIGHT = 300;
const MARGIN = { left: 56, right: 16, top: 12, bottom: 32 };

type Scale = (value: number) => number;

export const chart = (frames: readonly Frame[], limit: number): string => {
  const last = frames.at(-1);
  if (!last) return "<p>There was no interval yet.</p>";
  const [low, high] = rangeOf(frames, limit);
  const x: Scale = (pairs) =>
    MARGIN.left + (pairs / last.pairs) * (WIDTH - MARGIN.left - MARGIN.right);
  const y: Scale = (percent) =>
    MARGIN.top + ((high - percent) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const line = (of: (frame: Frame) => number): string[] =>
    frames.map((frame) => `${x(frame.pairs).toFixed(1)},${y(of(frame)).toFixed(1)}`);
  const band = [...line(({ upper }) => upper), ...line(({ lower }) => lower).toReversed()];
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="interval over pairs">
<polygon points="${band.join(" ")}" fill="#0969da" fill-opacity="0.2"/>
<polyline points="${line(({ estimate }) => estimate).join(" ")}" fill="none" stroke="#0969da" stroke-width="2"/>
${level(y, { percent: limit, label: `limit ${limit} %`, dashed: true })}
${level(y, { percent: 0, label: "0 %", dashed: false })}
<text x="${MARGIN.left}" y="${HEIGHT - 8}">0</text>
<text x="${WIDTH - MARGIN.right}" y="${HEIGHT - 8}" text-anchor="end">${last.pairs} pairs</text>
<text x="${MARGIN.left - 4}" y="${MARGIN.top + 8}" text-anchor="end">${high.toFixed(1)} %</text>
<text x="${MARGIN.left - 4}" y="${HEIGHT - MARGIN.bottom}" text-anchor="end">${low.toFixed(1)} %</text>
</svg>`;
};

/** The first intervals are far wider than anything one wants to see: what the last ones need decides. */
const rangeOf = (frames: readonly Frame[], limit: number): [low: number, high: number] => {
  const shown = frames.slice(Math.floor(frames.length / 4));
  const values = [0, limit, ...shown.flatMap(({ lower, upper }) => [lower, upper])];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const space = (high - low) * 0.1;
  return [low - space, high + space];
};

const level = (
  y: Scale,
  { percent, label, dashed }: { percent: number; label: string; dashed: boolean },
): string => {
  const at = y(percent).toFixed(1);
  const dash = dashed ? ' stroke-dasharray="6 4"' : "";
  return `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${at}" y2="${at}" stroke="currentColor"${dash}/>
<text x="${WIDTH - MARGIN.right}" y="${at}" dy="-4" text-anchor="end">${label}</text>`;
};
