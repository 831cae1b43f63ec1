/**
 * Tests on counts of events, for failed items. Both may be looked at at any time: E is a mean of martingales under their hypothesis,
 * so "E ever reaches 1 / alpha" has at most probability alpha. Source: Ville's inequality; likelihood ratios of the binomial
 * distribution, and bets on a mean (Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", 2024).
 */
import { logMeanExp } from "./numeric.ts";

const RATIOS = [1.15, 1.3, 1.6, 2, 3, 5, 10, 30];

/**
 * ln E against "the arms fail equally often", `on` and `off` being failed items of as many requests each. Sharp, and only right
 * for failures that are independent of each other: bursts look like a difference.
 */
export const logMoreOften = ({ on, off }: { on: number; off: number }): number => {
  const fair = 0.5;
  return logMeanExp(
    RATIOS.map((ratio) => {
      const share = (ratio * fair) / (1 - fair + ratio * fair);
      return on * Math.log(share / fair) + off * Math.log((1 - share) / (1 - fair));
    }),
  );
};

const BETS = [0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 0.95];

/** Of paired requests: only "on" failed, neither or both, only "off" failed. */
export interface Paired {
  onOnly: number;
  same: number;
  offOnly: number;
}

/** ln E against "a request fails more often by `points` (a share) or more": how safely harm of that size is ruled out. */
export const logNoHarm = ({ onOnly, same, offOnly }: Paired, points: number): number =>
  logMeanExp(
    BETS.map(
      (bet) =>
        onOnly * Math.log1p(bet * (points - 1)) +
        same * Math.log1p(bet * points) +
        offOnly * Math.log1p(bet * (points + 1)),
    ),
  );
