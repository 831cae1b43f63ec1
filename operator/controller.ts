/** Watches what migrations depend on, and looks at one migration at a time: reconcile, log, count, look again. */
import type { Logger } from "pino";
import { ClusterError } from "./cluster/cluster.ts";
import type { Change, Interest, OpenWatch, Watch } from "./cluster/watch.ts";
import { type Key, Migrations } from "./migrations.ts";
import type { Look } from "./migration/reconcile.ts";
import { GROUP, KIND, VERSION } from "./migration/schema.ts";
import { Queue, type QueueOptions } from "./queue.ts";

export type Outcome = "looked" | "gone" | "stale" | "failed";

export interface ControllerOptions {
  openWatch: OpenWatch;
  /** Where it may work; empty: everywhere. */
  namespaces: string[];
  reconcile: (key: Key) => Promise<Look | undefined>;
  log: Logger;
  pace?: Pick<QueueOptions, "settleMs" | "spacingMs">;
  observe: {
    look: (outcome: Outcome, seconds: number) => void;
    migration: (key: Key, migration: Look["migration"] | undefined) => void;
    watchReplaced: (kind: string) => void;
  };
}

export interface Controller {
  /** All migrations that were there at the start are known. */
  synced: () => boolean;
  waiting: () => number;
  longestRunMs: () => number;
  /** Ends the looks that are going on, starts none. */
  stop: () => Promise<void>;
}

const RESOURCES = { apiVersion: `${GROUP}/${VERSION}`, kind: KIND };

/** What of a namespace may move a migration on. Deployments and pods belong to users, so no label can choose them. */
const interests = (namespace: string): Interest[] => [
  { apiVersion: "apps/v1", kind: "Deployment", namespace, metadataOnly: true },
  { apiVersion: "v1", kind: "Pod", namespace, metadataOnly: true },
  {
    apiVersion: "batch/v1",
    kind: "Job",
    namespace,
    metadataOnly: true,
    labels: `${GROUP}/migration`,
  },
];

/** A stale look is answered by another one; when that goes on, something is wrong that a person should read about. */
const STALE_LIMIT = 5;
const LONGEST_PAUSE_S = 60;

export const startController = (options: ControllerOptions): Controller => {
  const { namespaces } = options;
  const open = opener(options);
  const migrations = new Migrations();
  const watches = new Map<string, Watch[]>();
  const queue = new Queue({ work: looker(options), ...options.pace });
  const ask = (keys: Key[]) =>
    keys.forEach(({ namespace, name }) => queue.add(`${namespace}/${name}`));

  const follow = (namespace: string): void => {
    const wanted = migrations.in(namespace).length > 0;
    const present = watches.get(namespace);
    if (wanted && !present) {
      const onChange = ({ object }: Change) => ask(migrations.concernedBy(object));
      watches.set(
        namespace,
        interests(namespace).map((interest) => open(interest, onChange)),
      );
    } else if (!wanted && present) {
      watches.delete(namespace);
      void Promise.all(present.map((watch) => watch.stop()));
    }
  };

  const onResource = ({ type, object }: Change): void => {
    const { namespace = "" } = object.metadata;
    ask(type === "Gone" ? migrations.remove(object) : migrations.put(object));
    follow(namespace);
  };

  // In a list of namespaces each has its own watch: rights end where the list does.
  const everywhere = namespaces.length === 0 ? [""] : namespaces;
  const resources = everywhere.map((namespace) => open({ ...RESOURCES, namespace }, onResource));
  return {
    synced: () => resources.every((watch) => watch.synced()),
    waiting: () => queue.size,
    longestRunMs: () => queue.longestRunMs(),
    stop: async () => {
      await Promise.all(
        [...resources, ...[...watches.values()].flat()].map((watch) => watch.stop()),
      );
      await queue.stop();
    },
  };
};

/** Watches whose troubles are told in one way. */
const opener =
  ({ openWatch, observe, log }: ControllerOptions) =>
  (interest: Interest, onChange: (change: Change) => void): Watch =>
    openWatch(interest, {
      onChange,
      onTrouble: ({ message }) => {
        const { kind, namespace } = interest;
        observe.watchReplaced(kind);
        log.warn({ kind, namespace, error: message }, "watching again");
      },
    });

/** One look; its answer is when the next one is due. The only place where an error of a look is caught and logged. */
const looker = (options: ControllerOptions) => {
  const failures = new Map<string, number>();
  const { reconcile, observe } = options;
  return async (id: string): Promise<number | undefined> => {
    const began = performance.now();
    const done = (outcome: Outcome) => observe.look(outcome, (performance.now() - began) / 1000);
    const [namespace = "", name = ""] = id.split("/");
    try {
      const next = await reconcile({ namespace, name });
      observe.migration({ namespace, name }, next?.migration);
      failures.delete(id);
      done(next ? "looked" : "gone");
      return next?.requeueSeconds;
    } catch (error) {
      const failed = (failures.get(id) ?? 0) + 1;
      failures.set(id, failed);
      const { outcome, seconds } = verdictOn(error, failed);
      done(outcome);
      if (outcome === "failed")
        options.log.error(
          { namespace, name, err: error, failed, seconds },
          "looking at a migration",
        );
      return seconds;
    }
  };
};

const verdictOn = (error: unknown, failed: number): { outcome: Outcome; seconds: number } => {
  const isConflict = error instanceof ClusterError && error.refusal === "Conflict";
  if (isConflict && failed < STALE_LIMIT) return { outcome: "stale", seconds: 0.1 };
  const seconds = Math.min(2 ** (failed - 1), LONGEST_PAUSE_S) * (0.75 + Math.random() / 2);
  return { outcome: "failed", seconds: Math.round(seconds * 10) / 10 };
};
