/** Fresh pairs of processes, a plain one and one with an agent: everything the agent costs, export and garbage included. */
import { randomBytes } from "node:crypto";
import type { Doors } from "../../loadtest/doors.ts";
import { runPair } from "../../loadtest/pair.ts";
import { descendants, quietReader } from "../../loadtest/schedstat.ts";
import type { Side, TrialSettings } from "../../loadtest/settings.ts";
import { setTimeout } from "node:timers/promises";
import { firstOf } from "../../verdict/whole.ts";
import { type Arm } from "./arms.ts";
import { ask } from "./doors.ts";
import { type Intake, openIntake } from "./peers/intake.ts";
import { start, type Started } from "./programs.ts";
import { BUDGET } from "./result.ts";
import type { PairsLength } from "./variants.ts";
import type { Placed, Sent, Site } from "./workloads.ts";

export interface Asked {
  arm: Arm;
  target: Placed;
  site: Site;
  length: PairsLength;
  item: (trace: string) => Sent;
  /** Told the evidence so far; true when it is enough. */
  watch: (evidence: string) => boolean;
  signal: AbortSignal;
}

export interface Played {
  evidence: string;
  /** Milliseconds each measured item took. */
  wall: Record<Side, number[]>;
  /** Everything the agents sent. */
  bytes: number;
}

export const playPairs = async (asked: Asked): Promise<Played> => {
  const played: Played = { evidence: "", wall: { plain: [], injected: [] }, bytes: 0 };
  for (let pair = 0; pair < asked.length.pairs; pair += 1) {
    await playPair(asked, pair, played);
    asked.signal.throwIfAborted();
    if (asked.watch(played.evidence)) break;
  }
  return played;
};

const OTHER = { plain: "injected", injected: "plain" } as const;

const playPair = async (asked: Asked, pair: number, played: Played): Promise<void> => {
  const first = firstOf(SEED, pair);
  const { warmupItems, items, pairs: maxPairs } = asked.length;
  const token = randomBytes(8).toString("hex");
  const intake = await openIntake(token, asked.arm.installed);
  const apps: Partial<Record<Side, Started>> = {};
  try {
    for (const side of [first, OTHER[first]]) apps[side] = await startSide(asked, side, intake.url);
    const settings = { ...UNUSED, token, warmupItems, sampleRatio: asked.arm.sampleRatio };
    const doors = doorsOf({ asked, apps, intake, played });
    await runPair(settings, { pair, first, items, maxPairs }, doors);
    played.bytes += intake.arrived().bytes;
  } finally {
    for (const app of Object.values(apps)) await app.stop();
    await intake.close();
  }
};

/** Both processes get the same environment, except for what loads the agent. */
const startSide = ({ target, site, arm }: Asked, side: Side, intake: URL): Promise<Started> =>
  start(target, {
    ...target.env(site),
    ...arm.env(intake),
    ...(side === "injected" ? arm.preload : {}),
  });

interface World {
  asked: Asked;
  apps: Partial<Record<Side, Started>>;
  intake: Intake;
  played: Played;
}

const doorsOf = ({ asked, apps, intake, played }: World): Doors => {
  const { arm, item, length, signal } = asked;
  const pidOf = (side: Side): number => apps[side]?.pid ?? 0;
  const readers = {
    plain: quietReader(() => descendants(pidOf("plain"))),
    injected: quietReader(() => descendants(pidOf("injected"))),
  };
  return {
    item: async (side, { headers, n }) => {
      const [, trace = "", parent = ""] = headers["traceparent"]?.split("-") ?? [];
      const sent = item(side === "plain" ? besides(trace) : trace);
      const began = performance.now();
      const known = { ...headers, ...arm.caller?.(trace, parent) };
      await ask(`${apps[side]?.url}${sent.path}`, { headers: known, sent, signal });
      if (n >= length.warmupItems) played.wall[side].push(performance.now() - began);
    },
    // Nothing is exported on demand here.
    visit: async () => undefined,
    cpu: (side) => readers[side](),
    stats: async () => intake.arrived(),
    // There is no collector behind this intake.
    forward: async () => false,
    pause: (seconds) => setTimeout(seconds * 1000),
    now: () => performance.now(),
    write: (line) => {
      // Nothing fails here but by the agent's fault or ours: the first item that does ends the pairs with its sentence.
      if (!line.startsWith('{"v":')) throw new Error(line);
      played.evidence += `${line}\n`;
    },
  };
};

/** As long and as new as the other: a twin that finds in a cache what the first one has put there does less work. */
const besides = (trace: string): string =>
  `${trace.slice(0, -1)}${(Number.parseInt(trace.slice(-1), 16) ^ 1).toString(16)}`;

const SEED = 1;

/** What only other experiments use. */
const UNUSED: Omit<TrialSettings, "token" | "warmupItems" | "sampleRatio"> = {
  attempt: "bench",
  urls: { plain: "", injected: "" },
  meters: { plain: "", injected: "" },
  sink: "",
  flushPath: "",
  aaBlocks: 0,
  blocks: 0,
  pairsPerBlock: 0,
  itemsPerExport: 1,
  twinPairs: 0,
  seed: SEED,
  marginPercent: BUDGET.cpuPercent,
  alpha: BUDGET.alpha,
};
