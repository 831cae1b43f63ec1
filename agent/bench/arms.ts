/** What the second process of a fresh pair has and the first has not. */
import { AGENT_FILE } from "../contract.ts";
import { RATIO } from "../../operator/injection/agent.ts";
import { agentFolder, config } from "../testing/rig.ts";
import { PROFILES } from "./options.ts";
import { otlp, type Peer, peers } from "./peers/table.ts";
import { BUDGET } from "./result.ts";
import type { Keep } from "./trial.ts";

export interface Arm {
  /** Loads the agent. */
  preload: Record<string, string>;
  /** Tells it where to export to. */
  env: Peer["env"];
  caller?: Peer["caller"];
  /** Share of the items whose caller samples them: their spans must arrive. */
  sampleRatio: number;
  /** Folder of the peers' packages; empty where none is needed. */
  installed: string;
}

const preload = (file: string): Record<string, string> => ({ NODE_OPTIONS: `--require ${file}` });

export interface Asked {
  agent: string;
  governor: boolean;
  /** Installs the peers where they are not yet, and tells where they are. */
  install: () => Promise<string>;
}

/** A profile of ours, a peer by its name, or nothing at all, of which nothing can arrive. */
export const armOf = async ({ agent, governor, install }: Asked, keep: Keep): Promise<Arm> => {
  const profile = PROFILES.find((known) => known === agent);
  const peer = peers.find(({ name }) => name === agent);
  if (profile) return ownArm(profile, governor, keep);
  if (peer) return peerArm(peer, await install());
  return { preload: {}, env: () => ({}), sampleRatio: 0, installed: "" };
};

const ownArm = async (
  profile: (typeof PROFILES)[number],
  governor: boolean,
  keep: Keep,
): Promise<Arm> => {
  const budgetPercent = governor ? BUDGET.cpuPercent : 0;
  const folder = await agentFolder(config({ profile, budgetPercent }));
  keep(folder.remove);
  return {
    preload: preload(`${folder.path}/${AGENT_FILE}`),
    env: otlp,
    sampleRatio: profile === "sampled" ? RATIO.Sampled : 1,
    installed: "",
  };
};

const peerArm = ({ load, env, caller }: Peer, installed: string): Arm => ({
  preload: preload(load(installed)),
  env: (intake) => ({ BENCH_PEERS: `${installed}/`, ...env(intake) }),
  caller,
  sampleRatio: 1,
  installed,
});
