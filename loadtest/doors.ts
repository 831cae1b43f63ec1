/** What an experiment needs of the world. k6 has one implementation (`k6.ts`), tests have another. */
import type { Side } from "./settings.ts";

export interface Stats {
  /** Spans, and distinct traces, of this attempt. */
  spans: number;
  traces: number;
  /** Of them with an odd sequence: items that were off. */
  offTraces: number;
  metricPoints: number;
}

export interface Request {
  headers: Record<string, string>;
  n: number;
}

export interface Doors {
  /** One item, served to its end. Rejects when it failed. */
  item: (side: Side, request: Request) => Promise<void>;
  /** A request that is no item, to the readiness path. */
  visit: (side: Side, headers: Record<string, string>) => Promise<void>;
  /** CPU nanoseconds the application has used so far. */
  cpu: (side: Side) => Promise<number>;
  stats: () => Promise<Stats>;
  /** Sends that trace on to the real collector; false when it could not. */
  forward: (sequence: string) => Promise<boolean>;
  pause: (seconds: number) => Promise<void>;
  /** Milliseconds. */
  now: () => number;
  write: (line: string) => void;
  /** Whoever reads the lines has seen enough. Absent in k6, which is ended instead. */
  enough?: () => boolean;
}
