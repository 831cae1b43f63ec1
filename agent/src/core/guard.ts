/** Our failures stay ours. A throwing diagnostics_channel subscriber would be an uncaught exception of the application. */
import { stats } from "./stats.ts";
import { stepBack } from "./switch.ts";

const TOO_MANY = 100;
let report: (message: string) => void = () => undefined;

export function reportTo(write: (message: string) => void): void {
  report = write;
}

export function failed(error: unknown): void {
  stats.faults++;
  if (stats.faults === 1) report(`internal fault: ${String((error as Error)?.stack ?? error)}`);
  if (stats.faults === TOO_MANY) {
    stepBack();
    report("too many internal faults, switched off");
  }
}
