/** What the server tells the page: plain data, known to both sides and to nobody else. */
import type { Spec, Status, TrialVerdict } from "../operator/migration/schema.ts";

/** One resource. `spec` is absent where it cannot be read; `invalid` says why. */
export interface Migration {
  namespace: string;
  name: string;
  uid: string;
  created: string;
  deleting: boolean;
  /** Only those that are commands. */
  annotations: Record<string, string>;
  spec?: Spec;
  status: Status;
  invalid?: string;
}

export interface Connection {
  /** Cluster or context, for the header. */
  context: string;
  /** Empty: all that there are. */
  namespace: string;
  /** Everything that was there at the beginning has been told. */
  synced: boolean;
  /** Why the watch was replaced last; empty while it is well. */
  trouble: string;
}

/** The verdict as it stood after so many pairs. */
export interface CoursePoint {
  pairs: number;
  estimate: number;
  lower?: number;
  upper?: number;
  /** ln E for "below the budget" and "above the budget". */
  logPass: number;
  logFail: number;
}

/** One trial attempt, computed again from its evidence. */
export interface Course {
  points: CoursePoint[];
  budgetPercent: number;
  alpha: number;
  maxPairs: number;
  verdict: Omit<TrialVerdict, "profile">;
  /** The stored text has the hash that the status names. */
  seal: "Intact" | "Broken" | "Open";
  lines: number;
}

export interface TraceSummary {
  traceId: string;
  name: string;
  services: string[];
  spans: number;
  errors: number;
  startMicros: number;
  durationMicros: number;
}

/** Totals of the pulse at one moment (milliseconds since the epoch). */
export interface Beat {
  at: number;
  items: number;
  failed: number;
  requests: number;
  failedRequests: number;
  longestGapMs: number;
}

export interface Panel {
  title: string;
  unit: string;
  /** Section of the dashboard it stands in. */
  row: string;
  width: number;
}

export interface Board {
  title: string;
  panels: Panel[];
}

export interface Line {
  label: string;
  points: [at: number, value: number][];
}

export interface Happening {
  at: string;
  type: string;
  reason: string;
  note: string;
}

export type CommandName = "pause" | "resume" | "approve" | "target" | "retry" | "rollback";

/** A command that makes sense now and that the user may give. */
export interface Offer {
  command: CommandName;
  /** A hash of the plan or a phase for approve, a phase for target and rollback, a fresh word for retry; else empty. */
  value: string;
  /** What it does, in words. */
  does: string;
  /** The same for a terminal. */
  kubectl: string;
}
