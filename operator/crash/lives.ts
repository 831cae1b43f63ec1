/** The operator's lives: each goes on until a fault ends it; what a life that has ended still sends reaches nobody. */
import type { Passing, Treatment } from "./proxy.ts";
import { siteOf } from "./writes.ts";

/** What happens at a write: the process ends before or after it, or goes on with a bad answer. */
export const MODES = ["before", "after", "error", "timeout", "conflict"] as const;
/** What an API server under load does: it answers late, it asks to come again, its lists are behind. */
export const SLOW_MODES = ["delay", "throttled", "stale"] as const;
export type Mode = (typeof MODES)[number] | (typeof SLOW_MODES)[number];
/** A list is no write: it is stale for a whole look. */
type WriteMode = Exclude<Mode, "stale">;

export interface Fault {
  /** Which write of the look, from 0. */
  at: number;
  mode: WriteMode;
}

export interface Lives {
  treat: (passing: Passing) => Treatment;
  /** One look, until it ends or its process does. Throws when the fault never came. */
  play: (work: (life: string) => Promise<unknown>, conditions: Weather) => Promise<Played>;
}

interface Weather {
  fault: Fault | undefined;
  /** Lists are answered as in the look before. */
  stale: boolean;
}

export interface Played {
  /** The sites that were written, in order. */
  writes: string[];
  /** The look came to its own end: only then does it mean something that nothing was written. */
  whole: boolean;
}

const refusal = (status: number, reason: string) => ({
  type: "answer" as const,
  status,
  text: JSON.stringify({
    kind: "Status",
    status: "Failure",
    reason,
    message: "planned",
    code: status,
  }),
});

/** Below the operator's deadline for a call. */
const LATE_MS = 800;

const TREATMENTS: Record<WriteMode, (end: () => void) => Treatment> = {
  before: (end) => ({ type: "drop", afterwards: end }),
  after: (end) => ({ type: "lose", afterwards: end }),
  error: () => refusal(500, "InternalError"),
  timeout: () => ({ type: "silence" }),
  conflict: () => refusal(409, "Conflict"),
  delay: () => ({ type: "delay", milliseconds: LATE_MS }),
  throttled: () => ({ ...refusal(429, "TooManyRequests"), headers: { "retry-after": "1" } }),
};

const ENDS: readonly Mode[] = ["before", "after"];

interface Look {
  life: string;
  writes: string[];
  fault: Fault | undefined;
  stale: boolean;
  /** The process has ended: nothing more gets out of it. */
  over: boolean;
  end: () => void;
}

export const livesOf = (logs: (passing: Passing) => Treatment | undefined): Lives => {
  let count = 1;
  let look: Look | undefined;
  const lists: Lists = new Map();
  return {
    treat: (passing) => {
      if (!look || passing.life !== look.life || look.over) return { type: "drop" };
      return logs(passing) ?? listing(look, passing, lists) ?? treatmentIn(look, passing);
    },
    play: async (work, { fault, stale }) => {
      const ended = Promise.withResolvers<void>();
      const life = `life-${count}`;
      look = { life, writes: [], fault, stale, over: false, end: ended.resolve };
      // A look that fails is followed by another one, as in controller.ts.
      const looked = work(life).then(
        () => true,
        () => false,
      );
      const whole = await Promise.race([looked, ended.promise.then(() => false)]);
      const { writes, over } = look;
      if (over) count += 1;
      if (fault && fault.at >= writes.length)
        throw new Error(`the look had ${writes.length} writes, none to plan a fault at`);
      return { writes, whole };
    },
  };
};

/** The last answer to each list. */
type Lists = Map<string, string>;

const LIST = /^\/apis?\/.*\/namespaces\/[^/]+\/[^/?]+(\?|$)/;

const listing = (
  { stale }: Look,
  { method, path }: Passing,
  lists: Lists,
): Treatment | undefined => {
  if (method !== "GET" || !LIST.test(path)) return undefined;
  const before = lists.get(path);
  if (stale && before !== undefined) return { type: "answer", status: 200, text: before };
  return { type: "pass", keep: (text) => lists.set(path, text) };
};

const treatmentIn = (look: Look, passing: Passing): Treatment => {
  const site = siteOf(passing);
  if (site === undefined) return { type: "pass" };
  look.writes.push(site);
  const { fault } = look;
  if (fault?.at !== look.writes.length - 1) return { type: "pass" };
  look.over = ENDS.includes(fault.mode);
  return TREATMENTS[fault.mode](look.end);
};
