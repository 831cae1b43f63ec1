/** One line of the survival matrix: a fault, when it strikes, and the program it strikes. */
import type { AgentConfig } from "../contract.ts";
import type { FaultName } from "./faults.ts";

/** before: in place when the process starts; start, load, shutdown: over a service's whole life, from amid requests on, as it ends. */
export type Moment = "before" | "start" | "load" | "shutdown";

export interface Row {
  fault: string;
  moment: Moment;
  /** What Node is started with: `flags`, then the file made of `code`, then `args`. `$APPS` stands for the folder of apps/. */
  flags?: string[];
  code?: string;
  esm?: true;
  args?: string[];
  /** Programs preloaded before and after the agent. */
  preloaded?: string;
  postloaded?: string;
  /** In NODE_OPTIONS, ahead of ours. */
  options?: string;
  env?: Record<string, string>;
  /** The command that starts Node: a shell that closes a stream, a namespace. */
  wrap?: string[];
  /** Nobody reads what the program prints. */
  deaf?: true;
  stdin?: string;
  /** Majors of Node between which the row makes sense; otherwise all. */
  from?: number;
  until?: number;
  /** The text of config.json, null for none, or what differs from a good one. */
  config?: string | null | Partial<AgentConfig>;
  /** config.json is a folder, which not even root can read. */
  unreadable?: true;
  /** What the collector does; without it, a good one. */
  collector?: FaultName;
  /** Answers requests until it is told to end, instead of ending by itself. */
  service?: true;
  /** What the agent is to be in this process; `unknown` where nothing can be said to the outside. */
  agent?: "active" | "inert" | "unknown";
  /** Why an internal fault may be reported: somebody took away what the agent stands on. */
  robbed?: true;
  /** A difference that is known and cannot be avoided, and why. */
  accepted?: string;
}

/** The same fault at several moments. */
export const at = (moments: readonly Moment[], row: Omit<Row, "moment">): Row[] =>
  moments.map((moment) => ({ ...row, moment }));
