/** What the command line asks for. */
import { parseArgs } from "node:util";

/** Profiles whose items can be switched on and off in one process; `full` cannot. */
export const PROFILES = ["lean", "sampled", "metrics"] as const;
export type Profile = (typeof PROFILES)[number];

export interface Options {
  extent: "full" | "quick" | "smoke";
  workload: string | undefined;
  profile: Profile;
  /** The agent keeps to the budget by leaving things out. */
  governor: boolean;
  json: string | undefined;
}

export const USAGE =
  "usage: npm run bench -w agent -- [--quick | --smoke] [--workload NAME] [--profile lean|sampled|metrics] [--governor] [--json FILE]";

/** Throws a sentence that says what is wrong and what would be right. */
export const optionsFrom = (args: string[], workloads: readonly string[]): Options => {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      smoke: { type: "boolean", default: false },
      workload: { type: "string" },
      profile: { type: "string", default: "lean" },
      governor: { type: "boolean", default: false },
      json: { type: "string" },
    },
  });
  if (values.quick && values.smoke) throw new Error("--quick and --smoke exclude each other");
  const profile = PROFILES.find((known) => known === values.profile);
  if (!profile)
    throw new Error(
      `profile ${values.profile} cannot be measured by toggling; these can: ${PROFILES.join(", ")}`,
    );
  if (values.workload !== undefined && !workloads.includes(values.workload))
    throw new Error(`there is no workload ${values.workload}; there are: ${workloads.join(", ")}`);
  const { workload, governor, json } = values;
  return { extent: extentOf(values), workload, profile, governor, json };
};

const extentOf = ({ quick, smoke }: { quick: boolean; smoke: boolean }): Options["extent"] => {
  if (smoke) return "smoke";
  return quick ? "quick" : "full";
};
