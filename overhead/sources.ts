/** What the experiment puts before an application, in a clone of the repository: built from its sources. */
import { join } from "node:path";
import { buildFull, buildLean } from "../agent/build.ts";
import type { Files } from "./agents.ts";

export const sources: Files = {
  lean: buildLean,
  full: buildFull,
  move: () => Promise.resolve(join(import.meta.dirname, "move.cjs")),
};
