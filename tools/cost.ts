/**
 * What the engine costs: one observation, and one look at a whole record as the operator takes it every two seconds.
 *
 *   npm run cost -w verdict -- [--json FILE]
 *
 * Medians over repetitions, after as many that are thrown away.
 */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { emptyGate, type GatePlan, interval, observe, planRho } from "../verdict/engine.ts";
import { parseEvidence } from "../verdict/evidence.ts";
import { median } from "../verdict/numeric.ts";
import { gaussian, mulberry32 } from "../verdict/random.ts";
import { number, rehearse, rehearsePairs, textOf } from "../verdict/rehearsal.ts";
import { judgeTrial } from "../verdict/trial.ts";

const REPETITIONS = 30;
const OBSERVATIONS = 2000;
const BUDGET = { cpuPercent: 1, guardPercent: 3, alpha: 0.05 };

/** Microseconds of one call. */
const timed = (work: () => void): number => {
  const once = (): number => {
    const began = performance.now();
    work();
    return (performance.now() - began) * 1000;
  };
  const all = Array.from({ length: 2 * REPETITIONS }, once);
  return median(all.slice(REPETITIONS));
};

const plan: GatePlan = {
  margin: Math.log(1.01),
  rho: planRho({ sigma: 0.03, pairs: 345, alpha: 0.05 }),
  alpha: 0.05,
};

const observing = (): number => {
  const normal = gaussian(mulberry32(1));
  const found = Array.from({ length: OBSERVATIONS }, () => 0.01 + 0.03 * normal());
  return timed(() => found.reduce((gate, d) => observe(gate, d, plan), emptyGate)) / OBSERVATIONS;
};

/** For the eye: it decides nothing. */
const showing = (): number => {
  const gate = [0.011, 0.002, -0.01, 0.03, 0.004].reduce(
    (before, d) => observe(before, d, plan),
    emptyGate,
  );
  return timed(() => interval(gate, { rho: plan.rho, alpha: 0.1 }));
};

const looking = (text: string): number =>
  timed(() => {
    const evidence = parseEvidence(text);
    if ("damaged" in evidence) throw new Error(evidence.damaged);
    judgeTrial(evidence, BUDGET);
  });

const recordOf = (blocks: number): string => textOf(number(rehearse({ blocks })));

const { values } = parseArgs({ options: { json: { type: "string" } } });
const pairs = textOf(number(rehearsePairs({ pairs: 40 })));
const rows = [
  ["one observation of the engine", observing()],
  ["its interval", showing()],
  ["a record of 30 blocks of 50 pairs of items, read and judged", looking(recordOf(30))],
  ["a record of 300 blocks", looking(recordOf(300))],
  ["a record of 40 fresh pairs of twins", looking(pairs)],
] as const;
for (const [what, us] of rows) console.log(`${us.toFixed(1).padStart(10)} us  ${what}`);
console.log(
  `${(recordOf(300).length / 1024).toFixed(0).padStart(10)} kB  the record of 300 blocks`,
);
if (values.json !== undefined)
  await writeFile(
    resolve(process.env["INIT_CWD"] ?? process.cwd(), values.json),
    `${JSON.stringify(
      rows.map(([what, us]) => ({ what, us })),
      undefined,
      2,
    )}\n`,
  );
