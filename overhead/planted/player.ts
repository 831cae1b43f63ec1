/** Who plays planted trials: local processes, or a cluster. */
import type { PlantedTrial } from "./trials.ts";

/** As much of a verdict as a row holds. */
export interface Judged {
  verdict: string;
  reason: string;
  estimatePercent?: number | undefined;
  lowerPercent?: number | undefined;
  upperPercent?: number | undefined;
  pairs: number;
}

export interface Played {
  judged: Judged;
  seconds: number;
  /** Of the whole trial, where it is at hand. */
  evidence?: string;
  /** Of the fresh pairs of key 2: what they found, and how long each took. */
  wholePercent?: number;
  pairSeconds?: number[];
  /** Of all pods of the trial: k6, sink, twins and meters. */
  used?: { cpuSeconds: number; memoryMB: number };
}

export interface Player {
  play: (trial: PlantedTrial, run: { rounds: number; seed: number }) => Promise<Played>;
  stop: () => Promise<void>;
}
