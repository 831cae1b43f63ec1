/**
 * What is left out, in this order, while the agent costs more than its budget. The order is part of what users rely on: first what
 * only decorates, then what is least missed, then whole requests, and never a number the application counts itself.
 */
import type { Shedding } from "../core/shed.ts";

export interface Rung extends Shedding {
  /** What this rung leaves out that the one before had. */
  sheds: "nothing" | "attributes" | "cheap calls" | "sampling" | "all but metrics";
}

const sampled = (share: number): Rung => ({
  sheds: "sampling",
  details: false,
  calls: false,
  share,
});

export const LADDER: readonly Rung[] = [
  { sheds: "nothing", details: true, calls: true, share: 1 },
  { sheds: "attributes", details: false, calls: true, share: 1 },
  { sheds: "cheap calls", details: false, calls: false, share: 1 },
  sampled(1 / 2),
  sampled(1 / 4),
  sampled(1 / 8),
  sampled(1 / 16),
  sampled(1 / 32),
  { sheds: "all but metrics", details: false, calls: false, share: 0 },
];

export const LAST = LADDER.length - 1;
