/** Every configuration that a resource can ask for, checked by the program it is for, as the Job checks it. */
import { beforeAll, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { checks } from "../backends/manifests.ts";
import type { Manifest } from "../cluster/cluster.ts";
import type { DeploymentSpec, EnvVar } from "../injection/pod.ts";
import type { CollectorSpec } from "../migration/pipelines.ts";
import { spec, world } from "../migration/scenes.ts";
import type { Settings } from "../settings.ts";
import { otelcol } from "./testing/collector.ts";
import { variants } from "./testing/variants.ts";

const run = promisify(execFile);
const settings = { images: { collector: "c:1" } } as Settings;

let program: string;
beforeAll(async () => {
  program = await otelcol();
}, 900_000);

const variablesOf = (job: Manifest): Record<string, string> => {
  const { template } = job.spec as { template: DeploymentSpec["template"] };
  const env: EnvVar[] = template.spec.containers[0]?.env ?? [];
  return Object.fromEntries(env.map(({ name, value }) => [name, value ?? ""]));
};

const validate = async (collector: CollectorSpec, change = (text: string) => text) => {
  const { migration } = world({ spec: spec({ backends: { collector } }) });
  const folder = await mkdtemp(join(tmpdir(), "flashcard-otel-validate-"));
  const file = join(folder, "collector.yaml");
  const manifests = checks(migration, settings);
  try {
    for (const [nth, { kind, data }] of manifests.entries()) {
      const job = manifests[nth + 1];
      if (kind !== "ConfigMap" || !job) continue;
      await writeFile(file, change(data?.["collector.yaml"] ?? ""));
      const env = { ...process.env, ...variablesOf(job) };
      await run(program, ["validate", `--config=${file}`], { env });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return manifests.length;
};

test.each(variants)("the collector accepts what is asked for with %s", async (_, collector) => {
  expect(await validate(collector)).toBeGreaterThan(0);
});

test.each(variants)("and refuses it with a wrong word in it: %s", async (_, collector) => {
  const broken = (text: string) => text.replace("check_interval", "check_intervall");
  await expect(validate(collector, broken)).rejects.toThrow("check_intervall");
});
