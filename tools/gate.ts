/**
 * `npm test`: the gate. Its tiers run one after the other, since only one thing may measure at a time, and each prints its time.
 * The first failure ends it. `npm run test:full` (tools/full.ts) runs every longer suite as well.
 */
import { checks } from "./check.ts";
import { jest, type Outcome, runAll, type Suite, together } from "./run.ts";

interface Tier extends Suite {
  minutes: number;
}

/** The one story the gate has time for: it goes through every step. */
export const GATE_STORY = "there-and-back";

const GATE_PULSE = ".state/story.json";

const node = process.execPath;

export const tiers: Tier[] = [
  { name: "check", minutes: 1, commands: checks },
  {
    name: "simulation",
    minutes: 4,
    commands: [
      {
        name: "simulation and generated files",
        command: jest("--testPathPatterns", "\\.simulation\\.test\\.ts$"),
      },
    ],
  },
  {
    name: "rig",
    minutes: 6,
    commands: [
      { name: "artefacts of the rig", command: [node, "cluster/main.ts", "build"] },
      {
        name: "API server, backends, pipeline, console",
        // Two at a time: they wait for their servers more than they compute, and none of them measures.
        command: jest(
          "--maxWorkers=2",
          "--testPathPatterns",
          "(operator|pipeline|samples|cluster|dashboards|cli|console)/.*\\.rig\\.test\\.ts$",
        ),
      },
      {
        name: "trials",
        command: jest(
          "--runInBand",
          "--testPathPatterns",
          "(overhead|loadtest)/.*\\.rig\\.test\\.ts$",
        ),
      },
    ],
  },
  {
    name: "crash plans",
    minutes: 6,
    commands: [
      {
        name: "the reconciler crashed at every distinct write",
        command: [node, "operator/crash/main.ts"],
      },
    ],
  },
  {
    name: "agent",
    minutes: 6,
    commands: [
      {
        name: "agent suites",
        command: jest("--runInBand", "--testPathPatterns", "agent/.*\\.rig\\.test\\.ts$"),
      },
      {
        name: "survival on one runtime",
        command: [node, "agent/survival/main.ts", "--quick"],
      },
      {
        name: "equivalence with the stock SDK",
        command: [node, "agent/equivalence/main.ts", "--quick"],
      },
    ],
  },
  {
    name: "e2e",
    minutes: 8,
    commands: [
      {
        name: "one story on a real cluster",
        command: [node, "e2e/main.ts", GATE_STORY, "--json", GATE_PULSE],
      },
    ],
    pulse: GATE_PULSE,
  },
];

const line = ({ name, minutes }: Tier, outcomes: Outcome[]): string => {
  const { seconds, failed } = together(outcomes);
  return `${name.padEnd(12)} ${seconds.toFixed(1).padStart(7)} s of ${minutes} min   ${failed ? `FAILED at ${failed.name}` : "passed"}`;
};

if (import.meta.main) {
  const started = performance.now();
  const report: string[] = [];
  let failed = 0;
  for (const tier of tiers) {
    const outcomes = await runAll(tier.commands);
    report.push(line(tier, outcomes));
    if (outcomes.some(({ code }) => code !== 0)) {
      failed += 1;
      break;
    }
  }
  console.log(`\n${report.join("\n")}`);
  console.log(`total ${((performance.now() - started) / 1000).toFixed(0)} s`);
  console.log(`tiers: ${report.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
