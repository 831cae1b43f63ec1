/** Names the next step with everything that it rests on, so that an approval is for what was seen and for nothing else. Pure. */
import { createHash } from "node:crypto";
import { goalOf } from "./goal.ts";
import type { World } from "./types.ts";

const LENGTH = 10;

export const planHash = ({
  migration,
  components,
}: Pick<World, "migration" | "components">): string =>
  createHash("sha256")
    .update(
      JSON.stringify([
        migration.metadata.uid,
        migration.spec,
        goalOf(migration),
        components.map(({ spec, templateHash }) => [spec.name, templateHash]),
      ]),
    )
    .digest("hex")
    .slice(0, LENGTH);
