/** The operator's lives: each goes on until a fault ends it; what a life that has ended still sends reaches nobody. */
import type { Passing, Treatment } from "./proxy.ts";
import { type Watches, watchesOf } from "./watches.ts";
import { siteOf } from "./writes.ts";

/** What happens at a write: the process ends before or after it, or goes on with a bad answer. */
export const MODES = ["before", "after", "error", "timeout", "conflict"] as const;
/** The process goes on and the write is done, but what happens meanwhile is told to no watch: all of them are gone. */
export const WATCH_MODES = ["watches cut", "watches silent"] as const;
/** What an API server in trouble does: it answers late, it asks to come again, its lists are behind, it loses its watches. */
export const SLOW_MODES = ["delay", "throttled", "stale", ...WATCH_MODES] as const;
export type Mode = (typeof MODES)[number] | (typeof SLOW_MODES)[number];
/** A list is no write: it is stale for a whole look. */
type WriteMode = Exclude<Mode, "stale">;

export interface Fault {
  /** Which write of the look, from 0. */
  at: number;
  mode: WriteMode;
}

export interface Lives {
  /** The one that goes on. */
  present: () => string;
  watches: Watches;
  treat: (passing: Passing) => Treatment;
  /** One look, until it ends or its process does. */
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
  milliseconds: number;
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

const TREATMENTS: Record<WriteMode, (look: Look) => Treatment> = {
  before: ({ end }) => ({ type: "drop", afterwards: end() }),
  after: ({ end }) => ({ type: "lose", afterwards: end() }),
  error: () => refusal(500, "InternalError"),
  timeout: () => ({ type: "silence" }),
  conflict: () => refusal(409, "Conflict"),
  delay: () => ({ type: "delay", milliseconds: LATE_MS }),
  throttled: () => ({ ...refusal(429, "TooManyRequests"), headers: { "retry-after": "1" } }),
  "watches cut": ({ watches }) => {
    watches.lose("cut");
    return { type: "pass" };
  },
  "watches silent": ({ watches }) => {
    watches.lose("silent");
    return { type: "pass" };
  },
};

interface Look {
  writes: string[];
  fault: Fault | undefined;
  stale: boolean;
  /** The answers to its lists, and to those of the look before. */
  lists: Lists;
  before: Lists;
  watches: Watches;
  /** From now on nothing gets out of the process; what it returns is to be called when all that got out has been dealt with. */
  end: () => () => void;
}

export const livesOf = (logs: (passing: Passing) => Treatment | undefined): Lives => {
  let count = 1;
  let look: Look | undefined;
  const watches = watchesOf();
  const present = () => `life-${count}`;
  return {
    present,
    watches,
    treat: (passing) => {
      if (passing.life !== present()) return { type: "drop" };
      return watches.treat(passing) ?? logs(passing) ?? treatmentIn(look, passing);
    },
    play: async (work, { fault, stale }) => {
      const ended = Promise.withResolvers<void>();
      const end = () => {
        count += 1;
        return ended.resolve;
      };
      const before = look?.lists ?? new Map();
      const writes: string[] = [];
      look = { writes, fault, stale, lists: new Map(), before, watches, end };
      const began = performance.now();
      // A look that fails is followed by another one, as in controller.ts.
      const looked = work(present()).then(
        () => true,
        () => false,
      );
      const whole = await Promise.race([looked, ended.promise.then(() => false)]);
      return { writes, whole, milliseconds: performance.now() - began };
    },
  };
};

const treatmentIn = (look: Look | undefined, passing: Passing): Treatment => {
  if (!look) return { type: "pass" };
  return listing(look, passing) ?? writing(look, passing);
};

/** The last answer to each list. */
type Lists = Map<string, string>;

const LIST = /^\/apis?\/.*\/namespaces\/[^/]+\/[^/?]+(\?|$)/;

const listing = (
  { stale, lists, before }: Look,
  { method, path }: Passing,
): Treatment | undefined => {
  if (method !== "GET" || !LIST.test(path)) return undefined;
  const old = before.get(path);
  if (stale && old !== undefined) return { type: "answer", status: 200, text: old };
  return { type: "pass", keep: (text) => lists.set(path, text) };
};

const writing = (look: Look, passing: Passing): Treatment => {
  const site = siteOf(passing);
  if (site === undefined) return { type: "pass" };
  look.writes.push(site);
  const { fault } = look;
  return fault?.at === look.writes.length - 1 ? TREATMENTS[fault.mode](look) : { type: "pass" };
};
