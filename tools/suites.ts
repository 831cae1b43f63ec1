/** What `npm run test:full` runs, in this order: the gate's tiers, every story, and whatever takes longer. */
import type { Story } from "../e2e/kit/story.ts";
import { stories } from "../e2e/stories.ts";
import { GATE_STORY, tiers } from "./gate.ts";
import type { Suite } from "./run.ts";

/** Each story gets a cluster of its own, so that it can fail, or be run again, without the others. */
const told = (story: string, provider: string, ...options: string[]): Suite => {
  const name = `story ${story} on ${provider}`;
  const pulse = `.state/${name.replaceAll(" ", "-")}.json`;
  const asked = [story, "--provider", provider, ...options, "--json", pulse];
  return {
    name,
    commands: [{ name, command: [process.execPath, "e2e/main.ts", ...asked] }],
    pulse,
  };
};

/** On the one node of the provider direct. */
const fitsOneNode = ({ nodes = 1 }: Story): boolean => nodes === 1;

/** What the gate has no time for. */
const longer = (name: string, ...command: string[]): Suite => ({
  name,
  commands: [{ name, command: [process.execPath, ...command] }],
});

/** A name identifies a suite across runs. A further suite is one line here. */
export const suites: Suite[] = [
  ...tiers,
  longer("equivalence, CommonJS too", "agent/equivalence/main.ts"),
  longer("survival on all runtimes", "agent/survival/main.ts"),
  longer("soak", "agent/survival/soak/main.ts", "--requests", "200000"),
  longer("planted defects of parity", "e2e/parity/main.ts"),
  longer("one incident, both editions of the alerts", "e2e/incident/main.ts"),
  longer("crash plans at every occurrence", "operator/crash/main.ts", "--all"),
  longer("crash plans on a slow API server", "operator/crash/main.ts", "--slow"),
  longer("cost of the operator", "operator/cost/main.ts"),
  longer("mutation score", "tools/mutation.ts"),
  longer("planted trials", "overhead/planted/main.ts"),
  ...stories
    .filter((one) => one.name !== GATE_STORY && fitsOneNode(one))
    .map(({ name }) => told(name, "direct")),
  ...stories.map(({ name }) => told(name, "kind", "--with-docker")),
  longer("quick start on kind", "e2e/quickstart/main.ts"),
];
