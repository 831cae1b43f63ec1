/** How the mock misbehaves. By count, not by chance: a rate of 0.25 fails exactly every fourth call. */
import { z } from "zod";

export const behaviourSchema = z.object({
  latencyMs: z.number().min(0).max(60_000),
  errorRate: z.number().min(0).max(1),
  rateLimitRate: z.number().min(0).max(1),
});

export type Behaviour = z.infer<typeof behaviourSchema>;

/** What a change leaves out stays as it is. */
const changeSchema = behaviourSchema.partial();

export interface Mood {
  current: () => Behaviour;
  change: (to: unknown) => Behaviour;
  /** Status of the next answer to an ordinary word. */
  next: () => 200 | 429 | 500;
}

const crosses = (count: number, rate: number): boolean =>
  Math.floor(count * rate) > Math.floor((count - 1) * rate);

export const createMood = (initial: Behaviour): Mood => {
  let behaviour = initial;
  let calls = 0;
  return {
    current: () => behaviour,
    change: (to) =>
      (behaviour = behaviourSchema.parse({ ...behaviour, ...changeSchema.parse(to) })),
    next: () => {
      calls += 1;
      if (crosses(calls, behaviour.rateLimitRate)) return 429;
      return crosses(calls, behaviour.errorRate) ? 500 : 200;
    },
  };
};

/** Words that always fail in their own way, for demonstrations and tests. */
export const forced = (term: string, stage: 1 | 2): 200 | 429 | 500 | "garbage" => {
  if (term.startsWith("오류")) return 500;
  if (term.startsWith("반오류")) return stage === 2 ? 500 : 200;
  if (term.startsWith("한도")) return 429;
  return term.startsWith("깨짐") ? "garbage" : 200;
};
