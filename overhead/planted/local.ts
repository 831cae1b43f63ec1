/** Planted trials on local processes, by key 1: a fresh process each time. */
import { agentWith, subjectOf } from "../testing/standin.ts";
import { type Asked, marginalKey } from "../keys.ts";
import type { Player } from "./player.ts";
import { ROUNDS } from "./rounds.ts";

interface Setting {
  signal: AbortSignal;
  /** Plays as many blocks whatever the verdict; until there is one when absent. */
  blocks: number | undefined;
}

export const localPlayer = ({ signal, blocks }: Setting): Player => ({
  play: async ({ app = {}, agent = {} }, { rounds, seed }) => {
    const planted = agentWith({ BALANCED: "1", BURN_ROUNDS: String(rounds), ...agent });
    const asked: Asked = {
      subject: subjectOf(planted, { ROUNDS: String(ROUNDS), ...app }),
      budget: { cpuPercent: 1, guardPercent: 3, alpha: 0.05 },
      extent: { warmupItems: 1000, blocks: blocks ?? 300, pairs: 0, epochItems: 0, seed },
      watch: () => undefined,
      tell: () => undefined,
      signal,
      toTheEnd: blocks !== undefined,
    };
    const began = performance.now();
    const { verdict: judged, evidence } = await marginalKey(asked);
    return { judged, evidence, seconds: Math.round((performance.now() - began) / 1000) };
  },
  stop: async () => undefined,
});
