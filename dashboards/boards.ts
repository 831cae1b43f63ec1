/** All dashboards, and where each belongs. */
import { EDITIONS, type Edition } from "./editions.ts";
import { migration } from "./migration.ts";
import { overhead } from "./overhead.ts";
import type { Board } from "./panels.ts";
import { pipeline } from "./pipeline.ts";
import { runtime } from "./runtime.ts";

/** Switched from the old edition to the new one. */
export const switched: Board[] = [pipeline, runtime];

/** Of telemetry itself, which has no old edition. */
export const own: Board[] = [overhead, migration];

export const boards: { board: Board; edition: Edition }[] = [
  ...switched.flatMap((board) => EDITIONS.map((edition) => ({ board, edition }))),
  ...own.map((board) => ({ board, edition: "otel" as const })),
];
