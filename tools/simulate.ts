/**
 * How often the engine is wrong and how soon it is right, by experiment, beside the t-test that people use.
 *
 *   npm run simulate -w verdict -- [--runs N] [--looks N] [--json FILE]
 *
 * Shares of N runs (2,000) with a look after each of N observations (2,000); seeds are fixed, so a run can be repeated.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { MARGIN, models, simulate } from "../verdict/simulation.ts";

const USAGE = "usage: npm run simulate -w verdict -- [--runs N] [--looks N] [--json FILE]";
const SEED = 1000;
/** What an agent truly costs, in percent, and after how many pairs that should be known. */
const TRUTHS = [
  { truthPercent: 0, looks: 300 },
  { truthPercent: 0.2, looks: 300 },
  { truthPercent: 0.5, looks: 1000 },
  { truthPercent: 2, looks: 200 },
  { truthPercent: 5, looks: 50 },
];

interface Size {
  runs: number;
  looks: number;
}

const sizeFrom = (given: Record<"runs" | "looks", string>): Size => {
  const wrong = Object.entries(given).find(([, text]) => !/^[1-9]\d*$/.test(text));
  if (wrong) throw new Error(`--${wrong[0]} is ${wrong[1]}, not a whole number above 0; ${USAGE}`);
  return { runs: Number(given.runs), looks: Number(given.looks) };
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`.padStart(8);

const run = ({ runs, looks }: Size) => {
  console.log(
    `the truth exactly at the margin, ${runs} runs of ${looks} looks: every verdict is wrong`,
  );
  const wrong = models.map((name) => {
    const { passed, failed } = simulate({ model: name, truth: MARGIN, runs, looks, seed: SEED });
    console.log(
      `  ${name.padEnd(10)} false Passed ${percent(passed)}   false Failed ${percent(failed)}`,
    );
    return { name, runs, looks, falsePass: passed, falseFail: failed };
  });
  const tTest = simulate({ model: "gaussian", truth: MARGIN, runs, looks, seed: SEED }, "tTest");
  console.log(
    `  t-test     false Passed ${percent(tTest.passed)}   false Failed ${percent(tTest.failed)}`,
  );
  console.log(`power under gaussian noise, ${runs} runs`);
  const power = TRUTHS.map(({ truthPercent, looks: most }) => {
    const truth = Math.log(1 + truthPercent / 100);
    const found = simulate({ model: "gaussian", truth, runs, looks: most, seed: SEED });
    console.log(
      `  ${String(truthPercent).padStart(4)} % within ${String(most).padStart(4)} pairs: Passed ${percent(found.passed)}   Failed ${percent(found.failed)}`,
    );
    return { truthPercent, runs, looks: most, ...found };
  });
  return { models: wrong, power, naive: { falsePass: tTest.passed, falseFail: tTest.failed } };
};

try {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "2000" },
      looks: { type: "string", default: "2000" },
      json: { type: "string" },
    },
  });
  const { json, ...size } = values;
  const result = run(sizeFrom(size));
  if (json) await writeFile(json, `${JSON.stringify(result, undefined, 2)}\n`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
