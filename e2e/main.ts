/**
 * Stories on a real cluster, one after the other on one installation; without a name all that the cluster has nodes and means for.
 *
 *   npm run e2e -- [STORY...] [--provider direct|kind|context] [--context NAME] [--with-docker] [--keep] [--json FILE]
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { downtimeSentence } from "../operator/migration/downtime.ts";
import { installPatient, installProduct } from "./kit/install.ts";
import { workers } from "./kit/nodes.ts";
import { PIPELINE } from "./kit/migration.ts";
import { ORDERS } from "./kit/orders.ts";
import { bringUp, takeDown } from "./kit/provide.ts";
import { type Pulse, removeResource, type Stage, type Story } from "./kit/story.ts";
import { stories } from "./stories.ts";

interface Outcome {
  name: string;
  passed: boolean;
  seconds: number;
  error?: string;
}

const sentence = ({ message, cause }: Error): string => {
  if (!cause) return message;
  return `${message} (${cause instanceof Error ? cause.message : JSON.stringify(cause)})`;
};

/** What a story that failed has left would be in the way of the next one. */
const tidy = async ({ tools, say }: Stage): Promise<void> => {
  for (const place of [PIPELINE, ORDERS])
    await removeResource(tools, place).catch((error: Error) =>
      say(`${place.namespace}/${place.name} is left: ${error.message}`),
    );
};

const tell = async (story: Story, stage: Stage): Promise<Outcome> => {
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 1000);
  stage.say(`\n# ${story.name}: ${story.promise}`);
  const say: Stage["say"] = (line) => stage.say(`${String(seconds()).padStart(4)} s  ${line}`);
  try {
    await (story.patient ?? installPatient)(stage.tools, stage.images);
    await story.play({ ...stage, say });
    return { name: story.name, passed: true, seconds: seconds() };
  } catch (error) {
    const told = sentence(error as Error);
    say(`failed: ${told}`);
    await tidy(stage);
    return { name: story.name, passed: false, seconds: seconds(), error: told };
  }
};

/** All of them when none is named. */
const chosen = (names: string[]): Story[] => {
  const unknown = names.filter((name) => !stories.some((story) => story.name === name));
  if (unknown.length > 0)
    throw new Error(
      `no story is called ${unknown.join(" or ")}; there are ${stories.map(({ name }) => name).join(", ")}`,
    );
  return stories.filter(({ name }) => names.length === 0 || names.includes(name));
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    provider: { type: "string", default: "auto" },
    context: { type: "string" },
    "with-docker": { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const asked = {
  provider: values.provider,
  context: values.context,
  withDocker: values["with-docker"],
};
const known = chosen(positionals);
const say = (line: string): void => console.log(line);
const outcomes: Outcome[] = [];
const total: Pulse = { sent: 0, failed: 0, longestGapMs: 0 };
const pulse = ({ sent, failed, longestGapMs }: Pulse): void => {
  total.sent += sent;
  total.failed += failed;
  total.longestGapMs = Math.max(total.longestGapMs, longestGapMs);
};

try {
  const { tools, images, load, kubelet } = await bringUp(asked, say);
  await installProduct(tools, images);
  const nodes = (await workers(tools)).length;
  const fits = ({ nodes: needed = 1, kubelet: ended }: Story): boolean =>
    positionals.length > 0 || (needed <= nodes && (!ended || kubelet !== undefined));
  for (const story of known.filter(fits))
    outcomes.push(await tell(story, { tools, images, load, kubelet, say, pulse }));
} finally {
  if (!values.keep) await takeDown(asked, say);
  if (values.json)
    await writeFile(
      values.json,
      `${JSON.stringify({ stories: outcomes, pulse: total }, undefined, 2)}\n`,
    );
}
for (const { name, passed, seconds, error } of outcomes)
  say(`${passed ? "passed" : "FAILED"} ${name} in ${seconds} s${error ? `: ${error}` : ""}`);
const failed = outcomes.filter(({ passed }) => !passed).length;
say(`stories: ${outcomes.length - failed} passed, ${failed} failed`);
say(`pulse: ${downtimeSentence(total)}`);
process.exitCode = failed === 0 ? 0 : 1;
