/** What the command line asks for. */
import { parseArgs } from "node:util";

/** Profiles whose items can be switched on and off in one process; `full` cannot. */
export const PROFILES = ["lean", "sampled", "metrics"] as const;
export type Profile = (typeof PROFILES)[number];

/** Parts of a run: items on and off, the same with the governor, fresh pairs with ours, fresh pairs with others. */
export const PARTS = ["toggled", "governed", "pairs", "peers"] as const;

export interface Options {
  extent: "full" | "quick" | "smoke";
  workload: string | undefined;
  only: (typeof PARTS)[number] | undefined;
  profile: Profile;
  json: string | undefined;
  /** A page whose figures are replaced by those of this run. */
  markdown: string | undefined;
  /** Earlier findings to be shown instead of measuring. */
  from: string | undefined;
  /** Forgets what an interrupted run had measured. */
  fresh: boolean;
}

export const USAGE = `usage: npm run bench -w agent -- [--quick | --smoke] [--only ${PARTS.join("|")}] [--workload NAME]
  [--profile ${PROFILES.join("|")}] [--json FILE] [--markdown FILE] [--from FILE] [--fresh]`;

/** Throws a sentence that says what is wrong and what would be right. */
export const optionsFrom = (args: string[], workloads: readonly string[]): Options => {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      smoke: { type: "boolean", default: false },
      workload: { type: "string" },
      profile: { type: "string", default: "lean" },
      only: { type: "string" },
      json: { type: "string" },
      markdown: { type: "string" },
      from: { type: "string" },
      fresh: { type: "boolean", default: false },
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
  const only = PARTS.find((known) => known === values.only);
  if (values.only !== undefined && !only)
    throw new Error(`there is no part ${values.only}; there are: ${PARTS.join(", ")}`);
  const { workload, json, markdown, from, fresh } = values;
  return {
    extent: extentOf(values),
    workload,
    only,
    profile,
    json,
    markdown,
    from,
    fresh,
  };
};

const extentOf = ({ quick, smoke }: { quick: boolean; smoke: boolean }): Options["extent"] => {
  if (smoke) return "smoke";
  return quick ? "quick" : "full";
};
