/** Which measurements a run consists of, and how long each is. */
import type { TrialSettings } from "../../loadtest/settings.ts";
import type { Options } from "./options.ts";

export type Length = Pick<TrialSettings, "warmupItems" | "aaBlocks" | "blocks" | "pairsPerBlock">;

export interface Variant {
  /** `<workload> <age>`. */
  name: string;
  workload: string;
  length: Length;
}

type Age = "warm" | "young";

const PAIRS = 50;

/**
 * Of 50 pairs, a block spreads by 1-2 %, so that 80 tell off against off to about 0.3 % and 300 the agent to 0.15 %. The hooks run
 * once per millisecond of other work and tier up late: warm means thousands of items. Young is over before they have.
 */
const LENGTHS: Record<Options["extent"], Partial<Record<Age, Omit<Length, "pairsPerBlock">>>> = {
  full: {
    warm: { warmupItems: 10_000, aaBlocks: 80, blocks: 300 },
    young: { warmupItems: 200, aaBlocks: 10, blocks: 50 },
  },
  quick: { warm: { warmupItems: 4000, aaBlocks: 80, blocks: 160 } },
  smoke: { warm: { warmupItems: 50, aaBlocks: 5, blocks: 5 } },
};

/** Blocks of a smoke run are shorter too: it shows that everything works, and measures nothing. */
const SMOKE_PAIRS = 20;

const QUICK = ["gateway", "flash-0.25"];

export const variantsOf = (
  { extent, workload }: Pick<Options, "extent" | "workload">,
  workloads: readonly string[],
): Variant[] => {
  const all = extent === "full" ? workloads : QUICK;
  const wanted = workload === undefined ? all : [workload];
  const pairsPerBlock = extent === "smoke" ? SMOKE_PAIRS : PAIRS;
  return wanted.flatMap((name) =>
    Object.entries(LENGTHS[extent]).map(([age, length]) => ({
      name: `${name} ${age}`,
      workload: name,
      length: { ...length, pairsPerBlock },
    })),
  );
};
