/** How long after an outage the operator looks at what has changed meanwhile. */
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../e2e/kit/wait.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Stage } from "../crash/stage.ts";
import { kind, type Place, resource } from "./crowd.ts";
import type { Line } from "./line.ts";

export interface Outages {
  /** How long each is, and how many there are. */
  seconds: number;
  times: number;
  say: (line: string) => void;
}

const NEWCOMERS = "newcomers";
const DEADLINE_S = 180;

/** Seconds until `isSeen`, from now. */
const secondsUntil = async (what: string, isSeen: () => Promise<boolean>): Promise<number> => {
  const began = performance.now();
  await until({ what, seconds: DEADLINE_S, everyMs: 20 }, isSeen);
  return (performance.now() - began) / 1000;
};

const lookedAt = async (cluster: Cluster, place: Place): Promise<boolean> => {
  const found = await cluster.read({ ...kind, ...place });
  const { observedGeneration } = (found?.status ?? {}) as { observedGeneration?: number };
  return observedGeneration === found?.metadata.generation;
};

const repeat = async (
  { seconds, times, say }: Outages,
  once: (nth: number) => Promise<number>,
): Promise<number[]> => {
  const found: number[] = [];
  for (let nth = 0; nth < times; nth += 1) {
    found.push(await once(nth));
    say(`outage ${nth + 1} of ${seconds} s: looked ${found.at(-1)?.toFixed(1)} s after it`);
  }
  return found;
};

/** Only the watches are gone; a resource is made that nothing but a watch can tell of. */
export const loseWatches = async (stage: Stage, outages: Outages): Promise<number[]> => {
  await stage.user.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: NEWCOMERS } });
  return repeat(outages, async (nth) => {
    const place = { namespace: NEWCOMERS, name: `newcomer-${nth}` };
    stage.watches.lose("cut");
    await stage.user.create(resource(place, "Legacy"));
    await sleep(outages.seconds * 1000);
    stage.watches.regain();
    return secondsUntil(`a look at ${place.name}`, () => lookedAt(stage.cluster, place));
  });
};

/** The API server cannot be reached at all; a resource changes meanwhile. */
export const loseServer = async (
  { line, cluster, user }: { line: Line; cluster: Cluster; user: Cluster },
  place: Place,
  outages: Outages,
): Promise<number[]> => {
  return repeat(outages, async (nth) => {
    line.cut();
    await user.merge({ ...kind, ...place }, { spec: { budget: { guardPercent: 4 + nth } } });
    await sleep(outages.seconds * 1000);
    line.mend();
    return secondsUntil(`a look at ${place.name}`, () => lookedAt(cluster, place));
  });
};
