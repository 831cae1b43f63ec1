import { setTimeout as sleep } from "node:timers/promises";
import { Trouble } from "./trouble.ts";

export interface WaitOptions {
  seconds: number;
  everyMs?: number;
  /** Where to look when it never comes. */
  hint?: () => string;
}

const attempt = async (probe: () => Promise<boolean>): Promise<{ ok: boolean; why: string }> => {
  try {
    return { ok: await probe(), why: "" };
  } catch (error) {
    if (error instanceof GiveUp) throw error;
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
};

/** Thrown by a probe that knows that waiting on is useless. */
export class GiveUp extends Trouble {}

/** Asks again and again until `probe` says yes; a probe that throws counts as no. Never waits without an end. */
export const waitFor = async (
  what: string,
  probe: () => Promise<boolean>,
  { seconds, everyMs = 100, hint = () => "" }: WaitOptions,
): Promise<void> => {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const { ok, why } = await attempt(probe);
    if (ok) return;
    if (performance.now() > end) {
      throw new Trouble(
        `waited ${seconds} s for ${what}, in vain${why ? `\n  last answer: ${why}` : ""}${hint()}`,
      );
    }
    await sleep(everyMs);
  }
};
