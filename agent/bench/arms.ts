/** What the second process of a fresh pair has and the first has not. */
import type { Control } from "../../verdict/control.ts";
import { AGENT_FILE } from "../contract.ts";
import { RATIO } from "../../operator/injection/agent.ts";
import { agentFolder, config } from "../testing/rig.ts";
import type { Keep } from "./keep.ts";
import { type Profile, PROFILES } from "./options.ts";
import { otlp, type Peer, peers } from "./peers/table.ts";
import { controlOf } from "./result.ts";

export interface Arm {
  /** Loads the agent. */
  preload: Record<string, string>;
  /** Tells it where to export to. */
  env: Peer["env"];
  caller?: Peer["caller"];
  /** Share of the items whose caller samples them: something of them must arrive. */
  sampleRatio: number;
  /** What has to arrive of them. */
  control: Control;
  /** Folder of the peers' packages; empty where none is needed. */
  installed: string;
}

const preload = (file: string): Record<string, string> => ({ NODE_OPTIONS: `--require ${file}` });

interface Means {
  /** Installs the peers where they are not yet, and tells where they are. */
  install: () => Promise<string>;
  keep: Keep;
}

/** A profile of ours, a peer by its name, or nothing at all, of which nothing can arrive. */
export const armOf = async (agent: string, { install, keep }: Means): Promise<Arm> => {
  const profile = PROFILES.find((known) => known === agent);
  const peer = peers.find(({ name }) => name === agent);
  if (profile) return ownArm(profile, keep);
  if (peer) return peerArm(peer, await install());
  return { preload: {}, env: () => ({}), sampleRatio: 0, control: "every", installed: "" };
};

/** Without the governor: what it would cost is asked, not what is left of it once it leaves things out. */
const ownArm = async (profile: Profile, keep: Keep): Promise<Arm> => {
  const folder = await agentFolder(config({ profile }));
  keep(folder.remove);
  return {
    preload: preload(`${folder.path}/${AGENT_FILE}`),
    env: otlp,
    sampleRatio: profile === "sampled" ? RATIO.Sampled : 1,
    control: controlOf({ profile, governor: false }),
    installed: "",
  };
};

const peerArm = ({ load, env, caller }: Peer, installed: string): Arm => ({
  preload: preload(load(installed)),
  env: (intake) => ({ BENCH_PEERS: `${installed}/`, ...env(intake) }),
  caller,
  sampleRatio: 1,
  control: "every",
  installed,
});
