/** The parity map of a migration, from the user's ConfigMap. */
import { type ParityMap, parseParityMap } from "@flashcard-otel/verdict/paritymap.ts";
import { parse } from "yaml";
import type { Cluster } from "../cluster/cluster.ts";
import type { Migration } from "../migration/types.ts";

const KEY = "parity.yaml";

export type MapReading = ParityMap | { reason: string; message: string };

/** NoParityMap | ParityMapMissing | ParityMapInvalid */
export const readMap = async (
  { metadata: { namespace }, spec }: Migration,
  cluster: Pick<Cluster, "read">,
): Promise<MapReading> => {
  const name = spec.parity?.map.configMap;
  if (!name) {
    const message =
      "name a parity map in spec.parity: without it nothing shows that no number is lost";
    return { reason: "NoParityMap", message };
  }
  const found = await cluster.read({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
  const text = found?.data?.[KEY];
  if (text === undefined)
    return { reason: "ParityMapMissing", message: `there is no key ${KEY} in ConfigMap ${name}` };
  return mapIn(text);
};

/** A map as somebody wrote it. */
export const mapIn = (text: string): MapReading => {
  const map = parseParityMap(tree(text));
  return "refused" in map ? { reason: "ParityMapInvalid", message: map.refused } : map;
};

/** Undefined for what is no YAML: the map's own check then says that there are no rows. */
const tree = (text: string): unknown => {
  try {
    return parse(text) as unknown;
  } catch {
    return undefined;
  }
};
