/** What the old monitoring says before anything is touched. */
import { legacyUrl } from "../backends/endpoints.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Fetch } from "../measurement/ask.ts";
import { prometheus } from "../measurement/prometheus.ts";
import type { Gate, World } from "../migration/types.ts";
import { readMap } from "./map.ts";
import { seriesOf } from "@flashcard-otel/verdict/paritymap.ts";
import type { ParityRow } from "@flashcard-otel/verdict/paritymap.ts";

export interface Baseline {
  gate: Gate;
  baseline?: NonNullable<World["baseline"]>;
}

const gate = (passed: boolean, reason: string, message: string): Gate => ({
  passed,
  reason,
  message,
});

/** BaselineRecorded | NoLegacyNamed | LegacySilent | CannotAsk, and the reasons of the map */
export const recordBaseline = async (
  world: World,
  doors: { cluster: Cluster; fetch: Fetch },
): Promise<Baseline> => {
  const known = world.migration.status.baseline;
  if (known) return { gate: recorded(known.series) };
  const url = legacyUrl(world.migration);
  if (!url || !world.migration.spec.parity)
    return {
      gate: gate(
        true,
        "NoLegacyNamed",
        "no baseline: spec.legacy and spec.parity name no old series",
      ),
    };
  try {
    return await record(world, url, doors);
  } catch (error) {
    return {
      gate: gate(false, "CannotAsk", error instanceof Error ? error.message : String(error)),
    };
  }
};

const recorded = (series: number): Gate =>
  gate(true, "BaselineRecorded", `the old Prometheus answers with ${series} series of the map`);

const record = async (
  { migration, now }: World,
  url: string,
  { cluster, fetch }: { cluster: Cluster; fetch: Fetch },
): Promise<Baseline> => {
  const map = await readMap(migration, cluster);
  if ("reason" in map) return { gate: gate(false, map.reason, map.message) };
  const door = prometheus(url, fetch);
  let series = 0;
  for (const row of map.rows) series += (await door.query(selectorOf(row))).length;
  if (series === 0) {
    const message =
      "the old Prometheus has none of the map's series yet: is it scraping, is there traffic?";
    return { gate: gate(false, "LegacySilent", message) };
  }
  return { gate: recorded(series), baseline: { recordedAt: now.toISOString(), series } };
};

const selectorOf = ({ kind, legacy }: ParityRow): string =>
  kind === "histogram" ? seriesOf(legacy, "_count") : legacy;
