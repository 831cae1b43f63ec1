/** A verdict in one line of a table: interval, estimate, budget. */
import type { TrialVerdict } from "../../../operator/migration/schema.ts";
import { percent, verdictTone } from "../words.ts";
import { linear } from "./scale.ts";

const WIDTH = 112;
const HEIGHT = 18;
const MIDDLE = HEIGHT / 2;

export const Interval = ({ verdict, budget }: { verdict: TrialVerdict; budget: number }) => {
  const { estimatePercent: estimate, lowerPercent: lower, upperPercent: upper } = verdict;
  if (estimate === undefined) return <span class="dim">not measured</span>;
  const x = linear([-budget, 3 * budget], [0, WIDTH]);
  const within = (value: number): number => Math.max(1, Math.min(WIDTH - 1, x(value)));
  const label = `CPU per item ${percent(estimate)}${
    lower === undefined || upper === undefined ? "" : ` [${percent(lower)}, ${percent(upper)}]`
  }, budget ${budget} %`;
  return (
    <svg
      class={`interval tone-${verdictTone(verdict.verdict)}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <line class="track" x1="0" x2={WIDTH} y1={MIDDLE} y2={MIDDLE} />
      <line class="zero" x1={x(0)} x2={x(0)} y1="5" y2={HEIGHT - 5} />
      {lower !== undefined && upper !== undefined && (
        <rect
          class="range"
          x={within(lower)}
          y={MIDDLE - 3.5}
          width={Math.max(2, within(upper) - within(lower))}
          height="7"
          rx="2"
        />
      )}
      <line class="budget" x1={x(budget)} x2={x(budget)} y1="1" y2={HEIGHT - 1} />
      <circle class="estimate" cx={within(estimate)} cy={MIDDLE} r="3" />
    </svg>
  );
};
