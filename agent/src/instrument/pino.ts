/** Trace ids in pino's JSON lines, sampled or not. */
import { current } from "../core/context.ts";
import type { Span } from "../core/span.ts";
import { muted } from "../core/switch.ts";
import { entered, left } from "../core/timing.ts";
import { traceparent } from "../core/traceparent.ts";
import { patchMethod } from "./patch.ts";

function idsOf(span: Span): string {
  const header = traceparent(span, span.s1);
  const [trace, id, flags] = [header.slice(3, 35), header.slice(36, 52), header.slice(53)];
  span.log = `,"trace_id":"${trace}","span_id":"${id}","trace_flags":"${flags}"`;
  return span.log;
}

/**
 * The time reaches pino's serialiser as finished JSON (`,"time":123`) and is the first thing it writes, so ids appended to it cost
 * one concatenation and work with children, formatters and nested keys alike. pino's own diagnostics channel cannot change a line.
 */
function withIds(time: unknown): unknown {
  if (muted) return time;
  const span = current()?.span;
  if (span === null || span === undefined || typeof time !== "string") return time;
  const since = entered();
  const line = time + (span.log === "" ? idsOf(span) : span.log);
  left(since);
  return line;
}

/** `exports` of pino/lib/proto.js: a function that returns an object of pino's prototype. */
export function patchProto(exports: unknown): void {
  if (typeof exports !== "function") return;
  const prototype = Object.getPrototypeOf((exports as () => object)()) as object;
  const key = Object.getOwnPropertySymbols(prototype).find(
    ({ description }) => description === "pino.asJson",
  );
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
      return original.call(this, obj, msg, level, withIds(time));
    };
  });
}
