/**
 * Trace ids in winston's records, sampled or not. They are put in where the record enters the logger: its formats run later,
 * perhaps in the context of somebody else, and decide whether and how the ids are shown.
 */
import { failed } from "../core/guard.ts";
import { logIds, spanOfLine } from "./logids.ts";
import { patchMethod } from "./patch.ts";

function addIds(record: unknown): void {
  // One that tells of a trace itself is right about it.
  if (typeof record !== "object" || record === null || Object.hasOwn(record, "trace_id")) return;
  const span = spanOfLine();
  if (span === null) return;
  try {
    // As winston adds its own level and defaults: to the record it was given.
    Object.assign(record, logIds(span));
  } catch (error) {
    if (!Object.isFrozen(record)) failed(error);
  }
}

/** `exports` of winston/lib/winston/logger.js: the class Logger, a stream of records. */
export function patchLogger(exports: unknown): void {
  patchMethod((exports as { prototype?: unknown }).prototype, "write", (original) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      addIds(args[0]);
      return original.apply(this, args);
    };
  });
}
