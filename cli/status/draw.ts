/** Migrations as text, each with the time that is left as far as the user may see what that depends on. */
import type { Io } from "../io.ts";
import { rehearse } from "../plan/rehearse.ts";
import { secondsOf } from "../plan/steps.ts";
import type { Connection } from "../reach/connection.ts";
import type { Found } from "../reach/migration.ts";
import { reading } from "../reach/reading.ts";
import { settingsWith, worldOf } from "../reach/world.ts";
import { painter } from "../text/paint.ts";
import { type Shown, view } from "./view.ts";

interface Drawing {
  place: Connection;
  wide: boolean;
  io: Io;
}

export const drawAll = async (found: Found[], drawing: Drawing): Promise<string> => {
  if (found.length === 0) return "no migrations\n";
  const parts: string[] = [];
  for (const one of found) parts.push(await drawOne(one, drawing));
  return parts.join("\n");
};

const drawOne = async (found: Found, { place, wide, io }: Drawing): Promise<string> => {
  const paint = painter(io);
  const { cluster, notes } = reading(place.cluster, { operator: "" });
  const shown = await shownOf(found, { cluster, now: io.now() });
  const gaps = notes.map((note) => paint("dim", `not seen: ${note}`));
  return [...view(shown, { paint, wide }), ...gaps, ""].join("\n");
};

const shownOf = async (
  { migration, refused }: Found,
  { cluster, now }: { cluster: Connection["cluster"]; now: Date },
): Promise<Shown> => {
  if (refused) return { migration, now, secondsLeft: undefined, stuck: refused.message };
  const { world } = await worldOf(migration, cluster, { now, settings: settingsWith({}) });
  // Without the workloads nobody knows how long their rollouts take.
  if (world.components.some(({ deployment }) => deployment === undefined))
    return { migration, now, secondsLeft: undefined };
  const { steps, stuck } = rehearse(world);
  return { migration, now, secondsLeft: secondsOf(steps), stuck };
};
