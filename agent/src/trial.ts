/**
 * The trial's mark. One process-wide flag: a trial sends one item at a time, so the flag also covers what the item sets going in
 * queues and timers, without anything travelling in messages.
 */
import { TRIAL_HEADER } from "../contract.ts";
import { mute } from "./core/switch.ts";

export let inTrial = false;
let prefix = "";
let on = "";
let flushMark = "";
let flush: () => void = () => undefined;
let onItems = 0;
let offItems = 0;

/** Silent until the first item that is "on": probes and start-up work are nobody's item. */
export function startTrial(expected: string, flushAll: () => void): void {
  if (expected === "") return;
  inTrial = true;
  prefix = `${expected};`;
  on = `${expected};on`;
  flushMark = `${expected};off;flush`;
  flush = flushAll;
  mute(true);
}

/** Obeys the mark of a request; false when the request is not to be recorded. */
export function admit(headers: Record<string, unknown>): boolean {
  const mark = headers[TRIAL_HEADER];
  if (mark === on) {
    onItems++;
    mute(false);
    return true;
  }
  // Another trial's mark, or a probe: neither obeyed nor recorded.
  if (typeof mark !== "string" || !mark.startsWith(prefix)) return false;
  mute(true);
  offItems++;
  if (mark === flushMark) flush();
  return false;
}

/** Share of the items since the last call that were on; 1 where there is no trial. */
export function takeOnShare(): number {
  if (!inTrial) return 1;
  const all = onItems + offItems;
  const share = all === 0 ? 0 : onItems / all;
  onItems = 0;
  offItems = 0;
  return share;
}
