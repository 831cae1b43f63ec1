/** One real collector with a rendered configuration, as a process on loopback. For tests and for the soak. */
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { ensure, pathOf } from "../../../cluster/artefacts/ensure.ts";
import { settingsFrom } from "../../../cluster/settings.ts";
import { type Running, start, stop, up } from "../../backends/testing/processes.ts";
import type { CollectorSpec } from "../../migration/pipelines.ts";
import { collectorConfig } from "../config.ts";
import type { Places } from "../places.ts";
import type { Tier } from "../tiers.ts";

export interface Collector {
  /** Base address of OTLP/HTTP. */
  url: string;
  places: Places;
  pid: number;
  output: () => string;
  /** As a pod that is told to go: what can still be sent is sent. */
  stop: () => Promise<void>;
  /** As the kernel's memory killer ends it. */
  kill: () => Promise<void>;
}

interface Wanted {
  spec: CollectorSpec;
  tier?: Tier;
  places: Places;
  env?: Record<string, string>;
}

export const otelcol = async (): Promise<string> => {
  const paths = await ensure(settingsFrom(process.env), ["collector"]);
  return join(pathOf(paths, "collector"), "bin/otelcol");
};

export const startCollector = async (program: string, wanted: Wanted): Promise<Collector> => {
  const { spec, tier = "whole", places, env = {} } = wanted;
  const file = join(dirname(places.queue), `${tier}.yaml`);
  await writeFile(file, stringify(collectorConfig(places, spec, tier)));
  const running = start(program, [`--config=${file}`], env);
  try {
    await up(`http://${places.health}/`, running);
  } catch (error) {
    await stop(running);
    throw error;
  }
  return {
    url: `http://${places.http}`,
    places,
    pid: running.child.pid ?? 0,
    output: running.output,
    stop: () => stop(running),
    kill: () => kill(running),
  };
};

const kill = async ({ child }: Running): Promise<void> => {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
};
