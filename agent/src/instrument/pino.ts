/** Trace ids in pino's JSON lines, sampled or not. */
import { entered, left } from "../core/timing.ts";
import { jsonIds, spanOfLine } from "./logids.ts";
import { patchMethod } from "./patch.ts";

/**
 * The time reaches pino's serialiser as finished JSON (`,"time":123`) and is the first thing it writes, so ids appended to it cost
 * one concatenation and work with children, formatters and nested keys alike. pino's own diagnostics channel cannot change a line.
 */
function withIds(time: unknown, given: unknown, logger: Logger): unknown {
  const span = spanOfLine();
  if (span === null || typeof time !== "string") return time;
  if (saysIds(given) || saysIds(bindingsOf(logger))) return time;
  const since = entered();
  const line = time + jsonIds(span);
  left(since);
  return line;
}

/** `exports` of pino/lib/proto.js: a function that returns an object of pino's prototype. */
export function patchProto(exports: unknown): void {
  if (typeof exports !== "function") return;
  const prototype = Object.getPrototypeOf((exports as () => object)()) as object;
  const key = symbolOf(prototype, "pino.asJson");
  if (key === undefined) return;
  patchMethod(prototype, key, (original) => {
    // oxlint-disable-next-line max-params -- the signature is pino's.
    return function (
      this: unknown,
      obj: unknown,
      msg: unknown,
      level: unknown,
      time: unknown,
    ): unknown {
      return original.call(this, obj, msg, level, withIds(time, obj, this as Logger));
    };
  });
}

const symbolOf = (holder: object, name: string): symbol | undefined =>
  Object.getOwnPropertySymbols(holder).find(({ description }) => description === name);

type Logger = Record<symbol, unknown>;

/** Every logger has bindings of its own, so that the first one tells where; null where it does not. */
let bindings: symbol | null | undefined;

function bindingsOf(logger: Logger): unknown {
  if (bindings === undefined) bindings = symbolOf(logger, "pino.chindings") ?? null;
  return bindings === null ? undefined : logger[bindings];
}

/** A line that tells of a trace itself, by its object or by the bindings of its logger, which are JSON already. */
const saysIds = (given: unknown): boolean =>
  typeof given === "string"
    ? given.includes('"trace_id":')
    : typeof given === "object" && given !== null && Object.hasOwn(given, "trace_id");
