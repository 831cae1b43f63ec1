/** Finds how much a workload has to spin, in a process of its own, so that those that are measured stay as young as they are said to be. */
import { trimmedMean } from "../../verdict/numeric.ts";
import { ask } from "./doors.ts";
import { roundsFor, type Speed, speedOf } from "./spin.ts";
import type { Stage } from "./trial.ts";
import type { Workload } from "./workloads.ts";

export interface Spinning {
  stage: Stage;
  workload: Workload;
  aimUs: number;
  /** Nothing is repeated for precision's sake. */
  smoke: boolean;
  say: (line: string) => void;
  signal: AbortSignal;
}

export const spinFor = async (spinning: Spinning): Promise<number> => {
  const { workload, aimUs, say } = spinning;
  const speed = await speedIn(spinning);
  const rounds = roundsFor(speed, aimUs);
  const base = `${Math.round(speed.baseUs)} us without spinning`;
  say(`${workload.name}: ${rounds} rounds for ${aimUs} us per item, ${base}`);
  return rounds;
};

/** Items until their cost is steady, and then those that are measured. */
const SETTLING = 2000;
const MEASURED = 300;
const ROUNDS = 1_000_000;

/** Without a mark: the agent of a trial is silent until it is told otherwise. */
const speedIn = async ({ stage, workload, smoke, signal }: Spinning): Promise<Speed> => {
  const cost = async (items: number, spin: number): Promise<number> => {
    const costs: number[] = [];
    let before = await cpuOf(stage, signal);
    for (let i = 0; i < items; i += 1) {
      const sent = workload.item({ trace: String(i).padStart(32, "0"), spin });
      await ask(`${stage.target.url}${sent.path}`, { sent, signal });
      const now = await cpuOf(stage, signal);
      costs.push((now - before) / 1000);
      before = now;
    }
    return trimmedMean(costs, 0.1);
  };
  await cost(smoke ? MEASURED : SETTLING, ROUNDS / 10);
  return speedOf(await cost(MEASURED, 0), await cost(MEASURED, ROUNDS), ROUNDS);
};

const cpuOf = async ({ meter }: Stage, signal: AbortSignal): Promise<number> =>
  Number(await ask(`${meter.url}/cpu`, { signal }));
