/** What the operator would change on the users' own workloads to reach the target. Everything else it makes is its own. Pure. */
import type { ComponentSpec, ComponentStatus, Phase } from "../../../operator/migration/schema.ts";
import { rank } from "../words.ts";

export interface Change {
  sign: "+" | "−" | " ";
  text: string;
}

export interface WorkloadDiff {
  component: string;
  workload: string;
  changes: Change[];
}

const AGENT = "flashcard-otel.dev/agent";

interface Side {
  spec: ComponentSpec;
  status: ComponentStatus | undefined;
  target: Phase;
}

/** What its pods carry now. */
const carried = ({ status }: Side): string | undefined =>
  status?.hash ? `${AGENT}: ${status.profile?.toLowerCase() ?? ""}@${status.hash}` : undefined;

const wantsAgent = ({ status, target }: Side): boolean =>
  rank(target) >= rank("Instrumented") && status?.stage !== "Skipped";

const added = ({ spec }: Side): Change[] => {
  const profile =
    spec.profile === "Auto" ? "<first within the budget>" : spec.profile.toLowerCase();
  return [
    { sign: "+", text: `${AGENT}: ${profile}@<hash>` },
    { sign: "+", text: `minReadySeconds: ${spec.rollout.soakSeconds}   # until it has soaked` },
  ];
};

/** The switch of the legacy emitter is part of the agent's configuration, and so of its hash. */
const switchedOff = ({ spec, status, target }: Side): Change[] =>
  target === "Retired" && status?.legacy === "on" && spec.legacyOff
    ? [
        {
          sign: "+",
          text: `${AGENT}: <hash with ${spec.legacyOff.env.name}=${spec.legacyOff.env.value}>`,
        },
      ]
    : [];

/** One annotation, and the soak for the length of the rollout; nothing else is ever ours. */
const changesOf = (side: Side): Change[] => {
  const has = carried(side);
  if (!has) return wantsAgent(side) ? added(side) : [];
  if (!wantsAgent(side)) return [{ sign: "−", text: has }];
  const off = switchedOff(side);
  return [{ sign: off.length > 0 ? "−" : " ", text: has }, ...off];
};

export const diffOf = (
  components: ComponentSpec[],
  statuses: ComponentStatus[],
  target: Phase,
): WorkloadDiff[] =>
  components.map((spec) => ({
    component: spec.name,
    workload: `${spec.target.kind} ${spec.target.name}`,
    changes: changesOf({ spec, status: statuses.find(({ name }) => name === spec.name), target }),
  }));
