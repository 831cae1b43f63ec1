/** Trials whose truth is known: what is planted into the instrumented arm, and what the verdict must be. */
/** Percent of the measured CPU of an item, in the application's own work; or something else that is no CPU. */
export type Planted = number | "errors x2" | "+50 ms on 2 %";

export interface PlantedTrial {
  planted: Planted;
  times: number;
  /** Never Failed, or always Failed. */
  harmless: boolean;
  /** Of the application and of the stand-in agent, besides the planted rounds. */
  app?: Record<string, string>;
  agent?: Record<string, string>;
}

/** A/A, planted slow-downs, twice the errors of an application that fails by itself, and a slow tail. */
export const plantedTrials = (runs: number): PlantedTrial[] => [
  { planted: 0, times: 2 * runs, harmless: true },
  { planted: 0.5, times: runs, harmless: true },
  { planted: 2, times: runs, harmless: false },
  { planted: 5, times: runs, harmless: false },
  {
    planted: "errors x2",
    times: 1,
    harmless: false,
    app: { FAIL_EVERY: "41" },
    agent: { FAIL_SHARE: "0.0244" },
  },
  { planted: "+50 ms on 2 %", times: 1, harmless: false, agent: { SLOW_SHARE: "0.02" } },
];

/** What `--only` calls it. */
export const nameOf = ({ planted }: Pick<PlantedTrial, "planted">): string => String(planted);

/** An undecided trial is no wrong verdict, unless there was something to find. */
export const isRight = ({ harmless }: PlantedTrial, verdict: string): boolean =>
  harmless ? verdict === "Passed" || verdict === "Inconclusive" : verdict === "Failed";
