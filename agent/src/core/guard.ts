/** Our failures stay ours. A throwing diagnostics_channel subscriber would be an uncaught exception of the application. */
import { now } from "./clock.ts";
import { stats } from "./stats.ts";
import { stepBack } from "./switch.ts";

const TOO_MANY = 100;
/** A fault now and then, over the years of a process, is no reason to leave. */
const MINUTE_MS = 60_000;

let recent = 0;
let since = 0;
let isOff = false;
let report: (message: string) => void = () => undefined;

export function reportTo(write: (message: string) => void): void {
  report = write;
}

export function failed(error: unknown): void {
  stats.faults++;
  if (stats.faults === 1) report(`internal fault: ${textOf(error)}`);
  if (isTooMany() && !isOff) stepAside();
}

/** What was thrown may be the application's, and not be readable. */
function textOf(error: unknown): string {
  try {
    return String((error as Error)?.stack ?? error);
  } catch {
    return "of an unknown kind";
  }
}

function isTooMany(): boolean {
  const at = now();
  if (at - since > MINUTE_MS) {
    since = at;
    recent = 0;
  }
  return ++recent >= TOO_MANY;
}

function stepAside(): void {
  isOff = true;
  stepBack();
  report("too many internal faults, switched off");
}
