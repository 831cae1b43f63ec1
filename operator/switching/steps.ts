/**
 * The switch as a table. Forwards from top to bottom, backwards from bottom to top, so that at no moment nobody watches:
 *
 *   LoadSilently -> SeeEvaluated -> RouteNew -> ShowNew -> HideOld -> KeepOldRules -> RemoveOldRules
 *
 * Every write is idempotent and whole, and on somebody else's object it is followed by one that gives the fields up: a crash leaves the switch between two steps, never inside one.
 */
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import { MANAGER } from "../cluster/kubernetes.ts";
import { GROUP } from "../migration/schema.ts";
import type { Migration } from "../migration/types.ts";
import { SHOWN } from "./boards.ts";
import type { Seen } from "./look.ts";
import {
  copyManifest,
  copyName,
  emptied,
  EVALUATED,
  labelledFiles,
  originals,
  ROUTED,
  rulesManifest,
  sameFiles,
} from "./rules.ts";

export interface Step {
  name: string;
  /** What is done, for people. */
  what: string;
  /** What must be proven before this step goes forward; going back needs no proof. */
  needs: "nothing" | "evaluation" | "proof";
  isDone: (seen: Seen) => boolean;
  isUndone: (seen: Seen) => boolean;
  forward: (seen: Seen, cluster: Cluster) => Promise<unknown>;
  back: (seen: Seen, cluster: Cluster) => Promise<unknown>;
}

/** On an object of the user that we changed: what was there before. It goes last, when everything is as it was. */
export const BEFORE = `${GROUP}/before-switch`;

const referenceTo = ({ apiVersion, kind, metadata: { namespace = "", name } }: Manifest) => ({
  apiVersion,
  kind,
  namespace,
  name,
});

const isMarked = (object: Manifest | undefined): boolean =>
  object?.metadata.annotations?.[BEFORE] !== undefined;

interface Change {
  labels?: Record<string, string | null>;
  annotations?: Record<string, string | null>;
  managedFields?: unknown;
}

/** Conditional on what was seen: somebody's write in between is never lost, it is looked at again. */
const change = (
  object: Manifest,
  cluster: Cluster,
  { data, ...metadata }: Change & { data?: Record<string, string> },
): Promise<unknown> => {
  const { resourceVersion } = object.metadata;
  return cluster.merge(referenceTo(object), {
    metadata: { ...metadata, ...(resourceVersion ? { resourceVersion } : {}) },
    ...(data ? { data } : {}),
  });
};

/** Entries of other managers; undefined where they are not whole, for then they must not be written back. */
const othersOn = ({ metadata: { managedFields = [] } }: Manifest): unknown[] | undefined => {
  const others = managedFields.filter(({ manager }) => manager !== MANAGER);
  return others.length > 0 && others.every((entry) => "fieldsV1" in entry) ? others : undefined;
};

/** We are named as owner of fields of somebody else's object. */
const isHeld = (object: Manifest): boolean =>
  othersOn(object) !== undefined &&
  (object.metadata.managedFields ?? []).some(({ manager }) => manager === MANAGER);

/** After our write our name goes: their owner's next apply must not run into a conflict. It undoes ours, and we look again. */
const letGo = (
  object: Manifest,
  cluster: Cluster,
  annotations: Change["annotations"] = {},
): Promise<unknown> => {
  const managedFields = othersOn(object);
  return change(object, cluster, { annotations, ...(managedFields ? { managedFields } : {}) });
};

/** The last write on the way back. */
const unmark = (object: Manifest, cluster: Cluster): Promise<unknown> =>
  letGo(object, cluster, { [BEFORE]: null });

const remove = async (object: Manifest | undefined, cluster: Cluster): Promise<void> => {
  if (object) await cluster.remove(referenceTo(object), object.metadata.uid);
};

const isRouted = ({ loaded }: Seen): boolean => loaded?.metadata.annotations?.[ROUTED] === "true";
const evaluatedSince = ({ loaded }: Seen): string | undefined =>
  loaded?.metadata.annotations?.[EVALUATED];

/** New rules keep the routing they have: an edited file of a switched migration must not fall silent. */
const wantedFiles = (seen: Seen, routed = isRouted(seen)): Record<string, string> =>
  seen.otelRules ? labelledFiles(seen.otelRules, routed) : {};

const load = (
  seen: Seen,
  cluster: Cluster,
  loading: { routed: boolean; since?: string | undefined },
) =>
  cluster.apply(
    rulesManifest(seen.migration, {
      files: wantedFiles(seen, loading.routed),
      routed: loading.routed,
      evaluatedSince: loading.since,
    }),
    { force: true },
  );

const loadSilently: Step = {
  name: "LoadSilently",
  what: "load the new rules, routed to nobody",
  needs: "nothing",
  isDone: (seen) => seen.loaded !== undefined && sameFiles(seen.loaded.data, wantedFiles(seen)),
  isUndone: ({ loaded }) => !loaded,
  forward: (seen, cluster) => load(seen, cluster, { routed: isRouted(seen) }),
  back: ({ loaded }, cluster) => remove(loaded, cluster),
};

const seeEvaluated: Step = {
  name: "SeeEvaluated",
  what: "write down since when the new rules are evaluated without an error",
  needs: "evaluation",
  isDone: (seen) => evaluatedSince(seen) !== undefined,
  // The mark is on the rules themselves and goes with them.
  isUndone: () => true,
  forward: (seen, cluster) =>
    load(seen, cluster, { routed: isRouted(seen), since: seen.now.toISOString() }),
  back: () => Promise.resolve(),
};

const routeNew: Step = {
  name: "RouteNew",
  what: "route the new alerts",
  needs: "proof",
  isDone: isRouted,
  isUndone: (seen) => !isRouted(seen),
  forward: (seen, cluster) => load(seen, cluster, { routed: true, since: evaluatedSince(seen) }),
  // From what is loaded, not from the user's file: going back must not depend on it being there.
  back: (seen, cluster) => silence(seen, cluster),
};

const silence = ({ migration, loaded }: Seen, cluster: Cluster): Promise<unknown> => {
  if (!loaded) return Promise.resolve();
  const files = labelledFiles(loaded, false);
  return cluster.apply(rulesManifest(migration, { files, routed: false }), { force: true });
};

const shown = (board: Manifest | undefined): string | undefined => board?.metadata.labels?.[SHOWN];

const isLeft = (object: Manifest | undefined): boolean => !object || !isHeld(object);

const show = (board: Manifest | undefined, value: string, cluster: Cluster): Promise<unknown> => {
  if (!board) return Promise.resolve();
  if (shown(board) === value) return letGo(board, cluster);
  return change(board, cluster, {
    labels: { [SHOWN]: value },
    annotations: { [BEFORE]: JSON.stringify(shown(board) ?? null) },
  });
};

/** The label first, then the mark: with the mark still there, a crash in between is seen. */
const unshow = (board: Manifest | undefined, cluster: Cluster): Promise<unknown> => {
  if (!board) return Promise.resolve();
  const before = JSON.parse(board.metadata.annotations?.[BEFORE] ?? "null") as string | null;
  if ((shown(board) ?? null) === before) return unmark(board, cluster);
  return change(board, cluster, { labels: { [SHOWN]: before } });
};

const showNew: Step = {
  name: "ShowNew",
  what: "show the new dashboards",
  needs: "proof",
  isDone: ({ otelBoard }) => shown(otelBoard) === "1" && isLeft(otelBoard),
  isUndone: ({ otelBoard }) => !isMarked(otelBoard),
  forward: ({ otelBoard }, cluster) => show(otelBoard, "1", cluster),
  back: ({ otelBoard }, cluster) => unshow(otelBoard, cluster),
};

const hideOld: Step = {
  name: "HideOld",
  what: "hide the old dashboards",
  needs: "proof",
  isDone: ({ legacyBoard }) => shown(legacyBoard) !== "1" && isLeft(legacyBoard),
  isUndone: ({ legacyBoard }) => !isMarked(legacyBoard),
  forward: ({ legacyBoard }, cluster) => show(legacyBoard, "0", cluster),
  back: ({ legacyBoard }, cluster) => unshow(legacyBoard, cluster),
};

const keepOldRules: Step = {
  name: "KeepOldRules",
  what: "keep a copy of the old rules",
  needs: "proof",
  isDone: ({ legacyRules, copy }) =>
    !legacyRules || (copy !== undefined && sameFiles(copy.data, originals(legacyRules, copy))),
  // Whose original is gone stays: it is the only one.
  isUndone: ({ legacyRules, copy }) => !copy || !legacyRules,
  forward: async ({ migration, legacyRules, copy }, cluster) => {
    if (!legacyRules) return;
    const files = originals(legacyRules, copy);
    await cluster.apply(copyManifest(migration, legacyRules.metadata.name, files), { force: true });
  },
  back: ({ copy }, cluster) => remove(copy, cluster),
};

const isEmptied = (legacyRules: Manifest, copy: Manifest | undefined): boolean =>
  sameFiles(legacyRules.data, emptied(originals(legacyRules, copy)));

const removeOldRules: Step = {
  name: "RemoveOldRules",
  what: "empty the old rules",
  needs: "proof",
  isDone: ({ legacyRules, copy }) =>
    !legacyRules || (isEmptied(legacyRules, copy) && !isHeld(legacyRules)),
  isUndone: ({ legacyRules, copy }) =>
    !legacyRules ||
    (!isMarked(legacyRules) && sameFiles(legacyRules.data, originals(legacyRules, copy))),
  forward: async ({ legacyRules, copy }, cluster) => {
    if (!legacyRules) return;
    if (isEmptied(legacyRules, copy)) {
      await letGo(legacyRules, cluster);
      return;
    }
    await change(legacyRules, cluster, {
      data: emptied(originals(legacyRules, copy)),
      annotations: { [BEFORE]: copyName(legacyRules.metadata.name) },
    });
  },
  back: async ({ legacyRules, copy }, cluster) => {
    if (!legacyRules) return;
    const data = originals(legacyRules, copy);
    if (sameFiles(legacyRules.data, data)) await unmark(legacyRules, cluster);
    else await change(legacyRules, cluster, { data });
  },
};

/** In pinned order; what the resource does not name has no steps. */
export const stepsOf = ({ spec }: Pick<Migration, "spec">): Step[] => [
  ...(spec.alerts ? [loadSilently, seeEvaluated, routeNew] : []),
  ...(spec.dashboards ? [showNew, hideOld] : []),
  ...(spec.alerts ? [keepOldRules, removeOldRules] : []),
];
