/** Which measurements a run consists of, and how long each is. */
import type { TrialSettings } from "../../loadtest/settings.ts";
import type { Options, Profile } from "./options.ts";
import { peers } from "./peers/table.ts";

export type Length = Pick<TrialSettings, "warmupItems" | "aaBlocks" | "blocks" | "pairsPerBlock">;

/** One process whose items are on or off. */
export interface Toggled {
  method: "toggled";
  /** `<workload> <age>`. */
  name: string;
  workload: string;
  /** Ours, in this profile. */
  agent: Profile;
  /** It keeps to the budget by leaving things out. */
  governor: boolean;
  length: Length;
}

export interface PairsLength {
  /** Items of each process before anything is measured, and measured ones. */
  warmupItems: number;
  items: number;
  pairs: number;
  /** Plays every pair, whatever the verdict: then it is the interval that is asked for. */
  toTheEnd: boolean;
}

/** Fresh pairs of processes, one of them with an agent: all CPU counts, export and garbage too. */
export interface Paired {
  method: "pairs";
  /** `<workload> <agent>`. */
  name: string;
  workload: string;
  /** A profile of ours, a peer, or `NOBODY`. */
  agent: string;
  governor: false;
  length: PairsLength;
}

export type Variant = Toggled | Paired;

/** Two equal processes: how equal they are. */
export const NOBODY = "none";

type Age = "warm" | "young" | "governed";

const PAIRS = 50;

/**
 * Of 50 pairs, a block spreads by 1-2 %, so that 60 tell off against off to about 0.3 % and 240 the agent to 0.15 %. The hooks run
 * once per millisecond of other work and tier up late: warm means thousands of items. Young is over before they have. A governor has
 * come to rest after the warm-up.
 */
const LENGTHS: Record<Options["extent"], Partial<Record<Age, Omit<Length, "pairsPerBlock">>>> = {
  full: {
    warm: { warmupItems: 8000, aaBlocks: 60, blocks: 240 },
    young: { warmupItems: 200, aaBlocks: 10, blocks: 50 },
    governed: { warmupItems: 4000, aaBlocks: 20, blocks: 80 },
  },
  quick: {
    warm: { warmupItems: 4000, aaBlocks: 80, blocks: 160 },
    governed: { warmupItems: 4000, aaBlocks: 40, blocks: 80 },
  },
  smoke: {
    warm: { warmupItems: 50, aaBlocks: 5, blocks: 5 },
    governed: { warmupItems: 50, aaBlocks: 5, blocks: 5 },
  },
};

/** Blocks of a smoke run are shorter too: it shows that everything works, and measures nothing. */
const SMOKE_PAIRS = 20;

/** Equal processes differ by 1-2 % from pair to pair, however long they run. */
const FRESH: Record<Options["extent"], Omit<PairsLength, "toTheEnd">> = {
  full: { warmupItems: 800, items: 600, pairs: 20 },
  quick: { warmupItems: 400, items: 300, pairs: 12 },
  smoke: { warmupItems: 20, items: 20, pairs: 2 },
};

const QUICK = ["gateway", "flash-0.25"];
const GOVERNED = ["gateway", "worker", "api", "flash-0.16"];
const PAIRED = ["gateway", "flash-0.16"];
/** Where ours is measured beside others. */
const SHARED = "flash-0.16";

const AGES: Record<"toggled" | "governed", readonly Age[]> = {
  toggled: ["warm", "young"],
  governed: ["governed"],
};

const toggled = (
  { extent, workload, profile }: Asked,
  part: keyof typeof AGES,
  all: readonly string[],
): Toggled[] => {
  const wanted = workload === undefined ? all : [workload];
  const pairsPerBlock = extent === "smoke" ? SMOKE_PAIRS : PAIRS;
  return wanted.flatMap((name) =>
    AGES[part].flatMap((age): Toggled[] => {
      const length = LENGTHS[extent][age];
      if (!length) return [];
      const what = { name: `${name} ${age}`, workload: name, agent: profile };
      const governor = part === "governed";
      return [{ method: "toggled", ...what, governor, length: { ...length, pairsPerBlock } }];
    }),
  );
};

const paired = (
  extent: Options["extent"],
  workload: string,
  { agent, toTheEnd }: { agent: string; toTheEnd: boolean },
): Paired => ({
  method: "pairs",
  name: `${workload} ${agent}`,
  workload,
  agent,
  governor: false,
  length: { ...FRESH[extent], toTheEnd },
});

/** Ours and nothing at all in every pair, so that their intervals are as narrow as they can be. */
const ours = ({ extent, workload, profile }: Asked): Paired[] => [
  ...PAIRED.filter((name) => workload === undefined || name === workload).map((name) =>
    paired(extent, name, { agent: profile, toTheEnd: true }),
  ),
  ...shared(workload, [paired(extent, SHARED, { agent: NOBODY, toTheEnd: true })]),
];

const others = ({ extent, workload }: Asked): Paired[] =>
  shared(
    workload,
    peers.map(({ name }) => paired(extent, SHARED, { agent: name, toTheEnd: false })),
  );

const shared = (workload: string | undefined, variants: Paired[]): Paired[] =>
  workload === undefined || workload === SHARED ? variants : [];

type Asked = Pick<Options, "extent" | "workload" | "only" | "profile">;

/** A quick run is items on and off, unless something else is asked for. */
export const variantsOf = (asked: Asked, workloads: readonly string[]): Variant[] => {
  const { extent, only = extent === "quick" ? "toggled" : undefined } = asked;
  const parts = {
    toggled: () => toggled(asked, "toggled", extent === "full" ? workloads : QUICK),
    governed: () => toggled(asked, "governed", extent === "full" ? GOVERNED : QUICK),
    pairs: () => ours(asked),
    peers: () => others(asked),
  };
  return only === undefined
    ? Object.values(parts).flatMap((part): Variant[] => part())
    : parts[only]();
};
