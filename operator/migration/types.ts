/** The nouns of the state machine: what was seen (World) and what follows from it (Decision). */
import type { Manifest, ObjectMeta } from "../cluster/cluster.ts";
import type { Configuration } from "../collector/check.ts";
import type { Reading } from "../rollout/guard.ts";
import type { RolloutState } from "../rollout/state.ts";
import type { Outgoing } from "../trial/outgoing.ts";
import type { Settings } from "../settings.ts";
import type { ComponentSpec, Phase, Spec, Status, TrialVerdict } from "./schema.ts";

export interface Migration {
  metadata: ObjectMeta & { namespace: string; uid: string };
  spec: Spec;
  status: Status;
}

/** Why it does not go on: `reason` is a word of the closed set in docs/reasons.md, `message` a sentence for people. */
export interface Hindrance {
  reason: string;
  message: string;
}

/** An answer to "may we go on?"; when it is yes, reason and message say why. */
export interface Gate extends Hindrance {
  passed: boolean;
}

export interface ParityRow {
  row: string;
  verdict: string;
  message: string;
}

/** One trial attempt as the cluster shows it. */
export interface TrialWorld {
  attempt: string;
  plain: Manifest | undefined;
  injected: Manifest | undefined;
  /** Why the API server does not take a twin that is not there. */
  refused: string | undefined;
  /** Undefined until the scheduler has chosen one. */
  node: TrialNode | undefined;
  job: Manifest | undefined;
  jobPod: Manifest | undefined;
  /** What is stored of earlier pairs, and the k6 log so far: one evidence line per line. */
  evidence: string;
  verdict: TrialVerdict | undefined;
}

/** The node of an attempt's twins, and whose Lease of it is: the attempt's own, nobody's any more, or that of another one, in words. */
export type TrialNode =
  | { name: string; lease: "Held" | "Free" }
  | { name: string; lease: "Taken"; by: string };

export interface ComponentWorld {
  spec: ComponentSpec;
  /** It goes back, whatever the goal is: the resource names it, or this workload of it, no more. */
  leaves: boolean;
  /** The workload, of whatever kind; a CronJob with its pod template where a Deployment has it. Undefined too when it leaves it to another resource. */
  deployment: Manifest | undefined;
  /** Present while the workload exists. */
  rollout: RolloutState | undefined;
  /** Hash of the pod template without anything of ours. */
  templateHash: string;
  /** What would cause an outage or a refused pod; empty when the component is fit. */
  refusals: { reason: string; message: string }[];
  /** Whom the items of a trial may call; undefined where there is none, or nobody needed to know. */
  outgoing: Outgoing[] | undefined;
  /** Why a pod sent as a dry run came back plain; undefined when it was injected, or nobody needed to know. */
  webhook: { reason: string; message: string } | undefined;
  trial: TrialWorld | undefined;
  /** Pods of the present ReplicaSet whose telemetry has arrived; undefined while nobody needed to know. */
  telemetrySeen: boolean | undefined;
  /** Signals of new pods beside those of old ones; empty while there are not both. */
  guard: Reading[];
  /** Of pods that are about to be taken back; undefined unless there is a reason to. */
  remains: Remains | undefined;
}

/** Last words: logs by file name, and the events of the pods. */
export interface Remains {
  logs: Record<string, string>;
  events: string;
}

/** Totals of the pulse over all its runs, with what is needed to go on counting when it starts again. */
export interface PulseWorld {
  /** HTTP requests. */
  sent: number;
  items: number;
  failed: number;
  longestGapMs: number;
  lastFailure: string | undefined;
  /** Pod and restart that counts now, and what was counted before it. */
  run: string;
  sentBefore: number;
  itemsBefore: number;
  failedBefore: number;
}

export interface World {
  now: Date;
  migration: Migration;
  settings: Settings;
  /** Source texts that are delivered as ConfigMaps; the agent's hash is part of every annotation. */
  sources: { agent: string; trial: string; pulse: string };
  components: ComponentWorld[];
  /** Objects whose controller is this resource, for pruning. */
  owned: Manifest[];
  /** Leases of nodes on which trials measure, of all resources. */
  leases: Manifest[];
  /** Whether the collectors may be replaced by what the resource asks for. */
  configuration: Configuration;
  /** Agent configurations that some pod or template still names. */
  hashesInUse: Set<string>;
  pulse: PulseWorld | undefined;
  /** Evidence for reaching a phase, gathered only while that phase is the goal. */
  gates: Partial<Record<Phase, Gate[]>>;
  parity: { windowStart: string; windowEnd: string; rows: ParityRow[] } | undefined;
  baseline: { recordedAt: string; series: number } | undefined;
  /** Undefined when none are named, or nothing new is there that could be asked. */
  objectives: Status["objectives"];
  /** Where the switch of rules and dashboards stands; undefined unless the goal is near it. */
  switching: SwitchWorld | undefined;
}

export interface SwitchWorld {
  /** Everything reads the new source. */
  complete: boolean;
  /** Everything reads the old source again (or still). */
  undone: boolean;
  gate: Gate;
}

export interface Decision {
  status: Status;
  /** Evidence that must be stored before the status that names it is written. */
  seal: Manifest[];
  /** What is kept of pods that are taken back: told where it can be, waited for by nothing. */
  keep: Manifest[];
  requeueSeconds: number;
}
