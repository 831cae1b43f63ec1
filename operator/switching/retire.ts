/** Before the old series go: does anything that people rely on still read one? */
import { legacyUrl } from "../backends/endpoints.ts";
import type { Manifest } from "../cluster/cluster.ts";
import { prometheus } from "../measurement/prometheus.ts";
import type { Gate, Migration, World } from "../migration/types.ts";
import { readMap } from "../parity/map.ts";
import { allExpressions, SHOWN } from "./boards.ts";
import { type Doors, lookAt, type Seen } from "./look.ts";
import { filledIn, type Reads, readsOf } from "./promql.ts";
import { originals, rulesIn } from "./rules.ts";

interface Reader {
  who: string;
  expression: string;
}

/** Histograms and summaries are named without their suffix in a parity map. */
const family = (name: string): string => name.replace(/_(?:bucket|sum|count)$/, "");

/** What a migration calls legacy; a name that the new side uses as well is none. */
const legacyNames = async (
  migration: Migration,
  seen: Seen,
  { cluster }: Doors,
): Promise<Set<string> | Gate> => {
  if (!migration.spec.parity) return new Set(namesOf(oldExpressions(seen)));
  const map = await readMap(migration, cluster);
  if ("reason" in map) return { passed: false, ...map };
  const kept = new Set(namesOf(map.rows.map(({ otel }) => otel)));
  return new Set(namesOf(map.rows.map(({ legacy }) => legacy)).filter((name) => !kept.has(name)));
};

const namesOf = (expressions: string[]): string[] =>
  expressions.flatMap((expression) => readsOf(filledIn(expression)).names.map(family));

/** Without a map, the old dashboard and the old rules say which series are old. */
const oldExpressions = ({ legacyBoard, legacyRules, copy }: Seen): string[] => [
  ...(legacyBoard ? allExpressions(legacyBoard).map(({ expression }) => expression) : []),
  ...(legacyRules ? rulesIn(originals(legacyRules, copy)).map(({ expr }) => expr) : []),
];

const onDashboards = async (migration: Migration, { cluster }: Doors): Promise<Reader[]> => {
  const { namespace } = migration.metadata;
  const boards = await cluster.list({
    apiVersion: "v1",
    kind: "ConfigMap",
    namespace,
    labels: `${SHOWN}=1`,
  });
  return boards.flatMap((board) =>
    allExpressions(board).map(({ file, expression }) => ({
      who: `dashboard ${file} in ConfigMap ${board.metadata.name}`,
      expression,
    })),
  );
};

const inRules = (configMap: Manifest | undefined): Reader[] =>
  rulesIn(configMap?.data).map(({ alert, record, expr }) => ({
    who: `rule ${alert ?? record ?? ""} in ConfigMap ${configMap?.metadata.name ?? ""}`,
    expression: expr,
  }));

/** Rules that come from elsewhere, and those that the old Prometheus has not dropped yet. */
const inPrometheus = async (migration: Migration, { fetch }: Doors): Promise<Reader[]> => {
  const url = legacyUrl(migration);
  if (!url) return [];
  const rules = await prometheus(url, fetch).rules();
  return rules.map(({ name, query }) => ({
    who: `rule ${name} of the old Prometheus`,
    expression: query,
  }));
};

const legacyIn = ({ names, patterns }: Reads, legacy: Set<string>): string | undefined =>
  names.find((name) => legacy.has(name) || legacy.has(family(name))) ??
  [...legacy].find((name) => patterns.some((pattern) => pattern.test(name)));

/** NoReaders | StillRead | NothingNamed | ParityMapMissing | ParityMapInvalid */
export const retireGuard = async (world: World, doors: Doors): Promise<Gate> => {
  const { migration } = world;
  const seen = await lookAt(migration, doors);
  const legacy = await legacyNames(migration, seen, doors);
  if ("passed" in legacy) return legacy;
  if (legacy.size === 0) {
    const message = "no parity map, old dashboard or old rules name a legacy series";
    return { passed: true, reason: "NothingNamed", message };
  }
  const readers = [
    ...(await onDashboards(migration, doors)),
    ...inRules(seen.legacyRules),
    ...inRules(seen.loaded),
    ...(await inPrometheus(migration, doors)),
  ];
  return verdict(readers, legacy);
};

const verdict = (readers: Reader[], legacy: Set<string>): Gate => {
  for (const { who, expression } of readers) {
    const name = legacyIn(readsOf(filledIn(expression)), legacy);
    if (name) return { passed: false, reason: "StillRead", message: `${who} still reads ${name}` };
  }
  const message = `${readers.length} queries of dashboards and rules read none of ${legacy.size} legacy series`;
  return { passed: true, reason: "NoReaders", message };
};
