/** Before the old series go: does anything that people rely on still read one? */
import type { Gate, Migration, World } from "../migration/types.ts";
import { readMap } from "../parity/map.ts";
import { allExpressions } from "./boards.ts";
import { type Doors, lookAt, type Seen } from "./look.ts";
import { filledIn, type Reads, readsOf } from "./promql.ts";
import { type Reader, readersOf } from "./readers.ts";
import { originals, rulesIn } from "./rules.ts";

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
  return verdict(await readersOf(seen, doors), legacy);
};

/** Names are enough to find them; more than these would not be read. */
const NAMED = 10;

const verdict = (readers: Reader[], legacy: Set<string>): Gate => {
  const found = readers.flatMap(({ who, expression }) => {
    const name = legacyIn(readsOf(filledIn(expression)), legacy);
    return name ? [`${who} still reads ${name}`] : [];
  });
  const named = [...new Set(found)];
  if (named.length === 0) {
    const message = `${readers.length} queries of dashboards and rules read none of ${legacy.size} legacy series`;
    return { passed: true, reason: "NoReaders", message };
  }
  const more = named.length > NAMED ? [`and ${named.length - NAMED} more`] : [];
  const message = [...named.slice(0, NAMED), ...more].join("; ");
  return { passed: false, reason: "StillRead", message };
};
