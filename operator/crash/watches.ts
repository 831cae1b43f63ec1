/** The operator's watches on their way through the proxy, and two ways to lose them all at once. */
import type { Flow } from "./flow.ts";
import type { Passing, Treatment } from "./proxy.ts";

/** Cut, and refused until they are regained; or open for ever without another word, as when the network between has gone. */
export type Loss = "cut" | "silent";

export interface Watches {
  /** Undefined for what is no watch. */
  treat: (passing: Passing) => Treatment | undefined;
  lose: (how: Loss) => void;
  regain: () => void;
  /** The resources of the watches that tell what changes, in alphabetical order. */
  open: () => string[];
}

const LOSE: Record<Loss, (flow: Flow) => void> = {
  cut: (flow) => flow.cut(),
  silent: (flow) => flow.silence(),
};

const WATCH = /\/([a-z]+)\?.*\bwatch=1\b/;

export const watchesOf = (): Watches => {
  const open = new Map<Flow, string>();
  let refused = false;
  const begun = (resource: string) => (flow: Flow) => {
    open.set(flow, resource);
    void flow.closed.then(() => open.delete(flow));
  };
  return {
    treat: ({ path }) => {
      const [, resource] = WATCH.exec(path) ?? [];
      if (resource === undefined) return undefined;
      return refused ? { type: "drop" } : { type: "pass", begun: begun(resource) };
    },
    lose: (how) => {
      refused = how === "cut";
      for (const flow of open.keys()) LOSE[how](flow);
      open.clear();
    },
    regain: () => {
      refused = false;
    },
    open: () => [...open.values()].toSorted(),
  };
};
