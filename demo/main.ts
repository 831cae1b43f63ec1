/**
 * `npm run demo`: a whole migration on a real cluster, under traffic, with a report of what was proven.
 * Exit codes: 0 the target was reached, 3 a component could not be proven (it is Held), 1 anything else.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { installPatient, installProduct } from "../e2e/kit/install.ts";
import { kubectl, type Tools } from "../e2e/kit/kubectl.ts";
import {
  type End,
  follow,
  MIGRATION,
  NAMESPACE,
  readStatus,
  teller,
} from "../e2e/kit/migration.ts";
import { bringUp, takeDown } from "../e2e/kit/provide.ts";
import { root } from "../tools/run.ts";
import { say } from "../tools/say.ts";
import { examine } from "./examine.ts";
import { document, report, type Seen } from "./report.ts";
import { uploadVocabulary } from "./upload.ts";

const HELP = `usage: npm run demo -- [--budget PERCENT] [--json FILE] [--provider direct|kind|context] [--context NAME] [--with-docker] [--down]`;

const sample = join(root, "manifests", "samples", "flashcards.yaml");

const prepare = async (tools: Tools, images: Record<string, string>): Promise<void> => {
  say("installing the flashcard pipeline with its legacy monitoring (helm)");
  await installPatient(tools, images);
  say("installing flashcard-otel (helm)");
  await installProduct(tools, images);
  say(await uploadVocabulary(tools));
};

/** What the resource allows, in percent. */
const MIN_BUDGET = 0.1;
const MAX_BUDGET = 100;
/** A whole pair of twins may show that many times the budget of an item: garbage and export count there too. */
const GUARD = 2;

/** The sample as it stands, or with another budget. */
const resource = async (budget: number | undefined): Promise<string> => {
  const text = await readFile(sample, "utf8");
  if (budget === undefined) return text;
  const { spec, ...rest } = parse(text) as { spec: { budget: object } };
  const limits = { cpuPercent: budget, guardPercent: Math.min(GUARD * budget, MAX_BUDGET) };
  return JSON.stringify({ ...rest, spec: { ...spec, budget: { ...spec.budget, ...limits } } });
};

const migrate = async (tools: Tools, budget: number | undefined): Promise<End> => {
  const changed = budget === undefined ? "" : `, with a budget of ${budget} % CPU per item`;
  say(`applying manifests/samples/flashcards.yaml${changed}`);
  await kubectl(tools, ["apply", "-f", "-"], { input: await resource(budget) });
  return follow(tools, { target: "Retired", seconds: 40 * 60, tell: teller(say) });
};

const lookAround = (tools: Tools): string[] => [
  "",
  "The cluster is still up. To look around:",
  `  export KUBECONFIG=${tools.kubeconfig}`,
  "  npm run cli -- console                                             # a page in the browser",
  `  npm run cluster -- kubectl -n ${NAMESPACE} get ft,pods`,
  `  npm run cluster -- kubectl -n ${NAMESPACE} describe ft ${MIGRATION}`,
  `  npm run cluster -- kubectl -n ${NAMESPACE} patch ft ${MIGRATION} --type merge -p '{"spec":{"target":"Legacy"}}'   # everything back`,
  "  npm run demo -- --down                                             # remove it all",
];

interface Options {
  /** Percent of CPU per item; the sample's when absent. */
  budget: number | undefined;
  json: string | undefined;
  provider: string;
  context: string | undefined;
  withDocker: boolean;
}

const run = async (options: Options): Promise<number> => {
  const seen: Seen = {
    status: undefined,
    trace: undefined,
    logLine: undefined,
    cluster: { provider: options.provider, readySeconds: 0 },
  };
  let end: End | undefined;
  try {
    const { tools, images, cluster } = await bringUp(options, say);
    seen.cluster = cluster;
    await prepare(tools, images);
    try {
      end = await migrate(tools, options.budget);
    } finally {
      seen.status = await readStatus(tools);
      Object.assign(seen, await examine(tools));
      console.log(report(seen).join("\n"));
    }
    console.log(lookAround(tools).join("\n"));
  } finally {
    if (options.json)
      await writeFile(options.json, `${JSON.stringify(document(seen), undefined, 2)}\n`);
  }
  if (end === "Held")
    say(
      "a component is Held: its overhead could not be proven, so the migration goes no further; npm run demo -- --budget 25 shows the rest",
    );
  return end === "Held" ? 3 : 0;
};

/** As the resource allows it. */
const budgetFrom = (text: string | undefined): number | undefined => {
  const budget = Number(text);
  if (text === undefined) return undefined;
  if (budget >= MIN_BUDGET && budget <= MAX_BUDGET) return budget;
  throw new Error(
    `--budget ${text} is no percentage from ${MIN_BUDGET} to ${MAX_BUDGET}; for example: npm run demo -- --budget 25`,
  );
};

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      budget: { type: "string" },
      down: { type: "boolean", default: false },
      keep: { type: "boolean", default: true },
      json: { type: "string" },
      provider: { type: "string", default: "auto" },
      context: { type: "string" },
      "with-docker": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) console.log(HELP);
  if (values.help) return 0;
  const { json, provider, context, "with-docker": withDocker } = values;
  const options = { budget: budgetFrom(values.budget), json, provider, context, withDocker };
  if (!values.down) return run(options);
  await takeDown(options, say);
  return 0;
};

try {
  process.exitCode = await main();
} catch (error) {
  const { message, cause } = error as Error;
  console.error(`${message}${cause instanceof Error ? `\n  ${cause.message}` : ""}`);
  process.exitCode = 1;
}
