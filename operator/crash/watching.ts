/** The controller of one life with its watches, as it runs in production; but the looks that it asks for are left to the plan. */
import { pino } from "pino";
import { until } from "../../e2e/kit/wait.ts";
import { pathsOf } from "../cluster/paths.ts";
import { type Patience, watcher } from "../cluster/watch.ts";
import { startController } from "../controller.ts";
import type { Stage } from "./stage.ts";

export interface Watching {
  /** Gives the watches back, and waits until they are open again and have asked for a look. Throws when they never do. */
  recover: () => Promise<void>;
  stop: () => Promise<void>;
}

/** Shorter than in production: each plan waits as long. */
const PATIENCE: Partial<Patience> = { silenceMs: 1000, firstPauseMs: 10, longestPauseMs: 50 };

const RESOURCES = "flashcardtelemetries";
/** Once there is a resource in the namespace. */
const ALL = ["deployments", RESOURCES, "jobs", "pods"].join();

export const startWatching = async (stage: Stage): Promise<Watching> => {
  const { watches } = stage;
  const { wire } = stage.operator();
  let asked = 0;
  const controller = startController({
    openWatch: watcher(wire, pathsOf(wire), PATIENCE),
    namespaces: [],
    pace: { settleMs: 5, spacingMs: 5 },
    reconcile: () => {
      asked += 1;
      // So that no look is ever due by itself.
      return Promise.resolve(undefined);
    },
    log: pino({ level: "silent" }),
    observe: {
      look: () => undefined,
      migration: () => undefined,
      watchReplaced: () => undefined,
    },
  });
  const isWatched = async (): Promise<boolean> => {
    const open = watches.open().join();
    return (await stage.resource()) ? asked > 0 && open === ALL : open === RESOURCES;
  };
  const watched = (what: string) => until({ what, seconds: 10, everyMs: 10 }, isWatched);
  await watched("watches and a look asked for at the start").catch(async (error: Error) => {
    await controller.stop();
    throw error;
  });
  return {
    recover: async () => {
      asked = 0;
      watches.regain();
      await watched("new watches and a look that they ask for").catch((error: Error) => {
        const open = watches.open().join(", ") || "nothing";
        throw new Error(`${error.message}: ${asked} looks asked for, watches of ${open}`);
      });
    },
    stop: () => controller.stop(),
  };
};
