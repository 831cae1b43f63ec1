/**
 * Stories on a real cluster, one after the other on one installation.
 *
 *   node bin/run.js e2e/main.ts [--story NAME] [--provider direct|context] [--context NAME] [--keep] [--json FILE]
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { installPatient, installProduct } from "./kit/install.ts";
import { bringUp, takeDown } from "./kit/provide.ts";
import type { Stage, Story } from "./kit/story.ts";
import { stories } from "./stories.ts";

interface Outcome {
  story: string;
  seconds: number;
  error: string | undefined;
}

const tell = async (story: Story, stage: Stage): Promise<Outcome> => {
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 1000);
  stage.say(`\n# ${story.name}: ${story.promise}`);
  try {
    await story.play({
      ...stage,
      say: (line) => stage.say(`${String(seconds()).padStart(4)} s  ${line}`),
    });
    return { story: story.name, seconds: seconds(), error: undefined };
  } catch (error) {
    const { message, cause } = error as Error;
    return {
      story: story.name,
      seconds: seconds(),
      error: cause
        ? `${message} (${cause instanceof Error ? cause.message : JSON.stringify(cause)})`
        : message,
    };
  }
};

const { values } = parseArgs({
  options: {
    story: { type: "string" },
    provider: { type: "string", default: "auto" },
    context: { type: "string" },
    keep: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const asked = { provider: values.provider, context: values.context };
const chosen = stories.filter(({ name }) => !values.story || name === values.story);
if (chosen.length === 0)
  throw new Error(
    `--story ${values.story} is unknown: ${stories.map(({ name }) => name).join(", ")}`,
  );

const say = (line: string): void => console.log(line);
const outcomes: Outcome[] = [];
try {
  const { tools, images } = await bringUp(asked, say);
  await installPatient(tools, images);
  await installProduct(tools, images);
  for (const story of chosen) outcomes.push(await tell(story, { tools, images, say }));
} finally {
  if (!values.keep) await takeDown(asked, say);
}
for (const { story, seconds, error } of outcomes)
  say(`${error ? "FAILED" : "passed"} ${story} in ${seconds} s${error ? `: ${error}` : ""}`);
const failed = outcomes.filter(({ error }) => error).length;
say(`stories: ${outcomes.length - failed} passed, ${failed} failed`);
if (values.json) await writeFile(values.json, `${JSON.stringify({ outcomes }, undefined, 2)}\n`);
process.exitCode = failed === 0 ? 0 : 1;
