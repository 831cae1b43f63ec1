/** Trials of stories. */
import type { Resource } from "./story.ts";

/**
 * The trial is real; its budget is far above anything, since a test must not depend on how fast or how busy a machine is, and its
 * warm-up is short. What the agent costs is measured by the demo and by benchmarks.
 */
export const roomy = ({ spec, ...rest }: Resource): Resource => ({
  ...rest,
  spec: {
    ...spec,
    budget: { cpuPercent: 100, guardPercent: 100, tailPercent: 100, maxMinutes: 6 },
    components: spec.components.map((component) => ({
      ...component,
      trial: { ...(component["trial"] as object), warmupItems: 200 },
    })),
  },
});
