/**
 * Our engine beside the decision rules of Flagger, Argo Rollouts and Kayenta, on simulated and on recorded trials of known truth.
 *
 *   npm run compare -w verdict -- [--trials N] [--json FILE]
 *
 * N simulated ones (200); the recorded ones are `verdict/recorded.jsonl`, made by `npm run trial:planted -- --record FILE`.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compare, type Outcome, simulated, type Trial } from "../verdict/comparison.ts";
import { root } from "./run.ts";

const USAGE = "usage: npm run compare -w verdict -- [--trials N] [--json FILE]";
const SEED = 1000;

const recorded = async (): Promise<Trial[]> =>
  (await readFile(join(root, "verdict", "recorded.jsonl"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Trial);

const show = (title: string, outcomes: Outcome[]): void => {
  console.log(title);
  for (const { rule, trials, wrong, undecided, pairs } of outcomes)
    console.log(
      `  ${rule.padEnd(8)} wrong ${String(wrong).padStart(3)} of ${trials}   undecided ${String(undecided).padStart(3)}   median pairs ${pairs}`,
    );
};

try {
  const { values } = parseArgs({
    options: { trials: { type: "string", default: "200" }, json: { type: "string" } },
  });
  if (!/^[1-9]\d*$/.test(values.trials))
    throw new Error(`--trials is ${values.trials}, not a whole number above 0; ${USAGE}`);
  const found = {
    simulated: compare(simulated(Number(values.trials), SEED)),
    recorded: compare(await recorded()),
  };
  show(
    `simulated: 0, 0.5, 2 and 5 % more, noise of 3 % per window and 5 % shared`,
    found.simulated,
  );
  show("recorded on local processes: the same costs, planted in real work", found.recorded);
  if (values.json) await writeFile(values.json, `${JSON.stringify(found, undefined, 2)}\n`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
