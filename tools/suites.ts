/** What `npm run test:full` runs, in this order: the gate's tiers, every story, and whatever takes longer. */
import { stories } from "../e2e/stories.ts";
import { GATE_STORY, tiers } from "./gate.ts";
import type { Suite } from "./run.ts";

/** Each story gets a cluster of its own, so that it can fail, or be run again, without the others. */
const story = (name: string): Suite => ({
  name: `story ${name}`,
  commands: [{ name: `story ${name}`, command: [process.execPath, "e2e/main.ts", name] }],
});

/** A name identifies a suite across sessions. A further suite is one line here. */
export const suites: Suite[] = [
  ...tiers,
  ...stories.filter(({ name }) => name !== GATE_STORY).map(({ name }) => story(name)),
];
