// Preloaded after the agent: says what became of it, so that an agent that never starts cannot pass for one that harms nobody.
const { writeSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");

try {
  if (isMainThread) {
    const { SURVIVAL_WITNESSED: state, NODE_OPTIONS = "" } = process.env;
    // The application, and what it starts, shall find the environment as it was.
    if (state !== undefined) delete process.env.SURVIVAL_WITNESSED;
    const otherwise = NODE_OPTIONS.includes("agent.cjs") ? "inert" : "absent";
    writeSync(2, `witness: ${state ?? otherwise}\n`);
  }
} catch {
  // Nobody listens, or nobody knows.
}
