/**
 * The trial's mark. One process-wide flag: a trial sends one item at a time, so the flag also covers what the item sets going in
 * queues and timers, without anything travelling in messages.
 */
import { TRIAL_HEADER } from "../contract.ts";
import { mute } from "./core/switch.ts";

export let inTrial = false;
let token = "";
let flush: () => void = () => undefined;

/** Silent until the first item that is "on": probes and start-up work are nobody's item. */
export function startTrial(expected: string, flushAll: () => void): void {
  if (expected === "") return;
  inTrial = true;
  token = expected;
  flush = flushAll;
  mute(true);
}

/** Obeys the mark of a request; false when the request is not to be recorded. */
export function admit(headers: Record<string, unknown>): boolean {
  const mark = headers[TRIAL_HEADER];
  if (typeof mark !== "string" || !mark.startsWith(`${token};`)) return false;
  const words = mark.slice(token.length + 1).split(";");
  const on = words[0] === "on";
  mute(!on);
  if (words[1] === "flush") flush();
  return on;
}
