/**
 * Trace ids in the JSON lines an application writes by `console`. Everything else is printed as it was: people and scripts read
 * plain text, and an object is printed as an object of Node, which nobody parses.
 */
import { failed } from "../core/guard.ts";
import { jsonIds, spanOfLine } from "./logids.ts";
import { patchMethod } from "./patch.ts";

const METHODS = ["log", "info", "warn", "error", "debug"] as const;
const OPEN = 123;
const CLOSE = 125;

/** The line with the ids of the current span, or the same line. */
export function withIds(line: unknown): unknown {
  if (typeof line !== "string" || line.charCodeAt(0) !== OPEN) return line;
  if (line.charCodeAt(line.length - 1) !== CLOSE) return line;
  const span = spanOfLine();
  if (span === null || !acceptsIds(line)) return line;
  return `${line.slice(0, -1)}${jsonIds(span)}}`;
}

/** A JSON object that is not empty and says nothing of a trace itself. */
function acceptsIds(line: string): boolean {
  try {
    const read = JSON.parse(line) as Record<string, unknown>;
    return Object.keys(read).length > 0 && !Object.hasOwn(read, "trace_id");
  } catch {
    return false;
  }
}

export function patchConsole(target: object = console): void {
  for (const name of METHODS)
    patchMethod(target, name, (original) => {
      return function (this: unknown, ...args: unknown[]): unknown {
        if (args.length === 1) args[0] = guarded(args[0]);
        return original.apply(this, args);
      };
    });
}

function guarded(line: unknown): unknown {
  try {
    return withIds(line);
  } catch (error) {
    failed(error);
    return line;
  }
}
