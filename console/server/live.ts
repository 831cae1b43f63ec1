/** The resources as they are now, told to every open page: one watch, however many pages. */
import { COMMAND } from "../../operator/migration/goal.ts";
import { KIND, GROUP, specSchema, statusSchema, VERSION } from "../../operator/migration/schema.ts";
import type { Manifest } from "../../operator/cluster/cluster.ts";
import type { OpenWatch } from "../../operator/cluster/watch.ts";
import type { Connection, Migration } from "../facts.ts";

export type Told =
  | { event: "connection"; data: Connection }
  | { event: "all"; data: Migration[] }
  | { event: "put"; data: Migration }
  | { event: "gone"; data: { uid: string } };

export interface Live {
  find: (namespace: string, name: string) => Migration | undefined;
  /** Tells everything at once and then every change; returns how to stop. */
  listen: (tell: (told: Told) => void) => () => void;
  stop: () => Promise<void>;
}

export interface Place {
  context: string;
  namespace: string;
}

export const live = (openWatch: OpenWatch, place: Place): Live => {
  const known = new Map<string, Migration>();
  const listeners = new Set<(told: Told) => void>();
  let trouble = "";
  const connection = (): Told => ({
    event: "connection",
    data: { ...place, synced: watch.synced(), trouble },
  });
  const tell = (told: Told): void => listeners.forEach((listener) => listener(told));
  const watch = openWatch(
    { apiVersion: `${GROUP}/${VERSION}`, kind: KIND, namespace: place.namespace },
    {
      onChange: ({ type, object }) => {
        const migration = migrationOf(object);
        if (type === "Gone") known.delete(migration.uid);
        else known.set(migration.uid, migration);
        if (trouble !== "") {
          trouble = "";
          tell(connection());
        }
        tell(
          type === "Gone"
            ? { event: "gone", data: { uid: migration.uid } }
            : { event: "put", data: migration },
        );
      },
      onTrouble: ({ message }) => {
        trouble = message;
        tell(connection());
      },
    },
  );
  return {
    find: (namespace, name) =>
      [...known.values()].find((one) => one.namespace === namespace && one.name === name),
    listen: (listener) => {
      listener(connection());
      listener({ event: "all", data: [...known.values()] });
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => watch.stop(),
  };
};

/** Exported for tests. Never throws: what cannot be read is shown as such. */
export const migrationOf = ({ metadata, spec, status }: Manifest): Migration => {
  const read = specSchema.safeParse(spec);
  const state = statusSchema.safeParse(status ?? {});
  const ours = Object.entries(metadata.annotations ?? {}).filter(([key]) =>
    key.startsWith(`${GROUP}/`),
  );
  return {
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    uid: metadata.uid ?? "",
    created: metadata.creationTimestamp ?? "",
    deleting:
      metadata.deletionTimestamp !== undefined || metadata.annotations?.[COMMAND.leave] === "true",
    annotations: Object.fromEntries(ours),
    status: state.success ? state.data : statusSchema.parse({}),
    ...(read.success
      ? { spec: read.data }
      : { invalid: read.error.issues.map(({ message }) => message).join("; ") }),
  };
};
