/**
 * `npm run incident`: do both editions of every alert fire on the same incident? A real Prometheus with six quiet hours behind it
 * scrapes the old emitter and gets the new one by OTLP, from one process with the agent, and evaluates both rule files.
 *
 *   npm run incident -- [--json FILE]
 *
 * Exit codes: 0 every alert fired in both editions, and ended in both or in none; 1 otherwise; 2 wrong arguments.
 */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { agentFolder, config } from "../../agent/testing/rig.ts";
import { ensure, pathOf } from "../../cluster/artefacts/ensure.ts";
import { settingsFrom } from "../../cluster/settings.ts";
import { EDITIONS } from "../../dashboards/editions.ts";
import { prometheusArgs, prometheusConfig } from "../../operator/backends/prometheus.ts";
import { ports, start, stop, up } from "../../operator/backends/testing/processes.ts";
import { type Prometheus, prometheus } from "../../operator/measurement/prometheus.ts";
import { run, type Running } from "../../pipeline/testing/processes.ts";
import { root } from "../../tools/run.ts";
import { writeHistory } from "./history.ts";
import { complaints, type Look, table, timeline } from "../../dashboards/timeline.ts";

const LOOK_MS = 1000;

type Ends = (() => Promise<unknown>)[];

const startPrometheus = async (folder: string, scraped: string, ends: Ends): Promise<string> => {
  const paths = await ensure(settingsFrom(process.env), ["prometheus"]);
  const program = (name: string): string => join(pathOf(paths, "prometheus"), "bin", name);
  const [rules, data, file] = ["rules", "data", "prometheus.yaml"].map((it) =>
    join(folder, it),
  ) as [string, string, string];
  await mkdir(rules);
  for (const edition of EDITIONS)
    await copyFile(
      join(root, "charts/flashcards/files/rules", `${edition}.yaml`),
      join(rules, `${edition}.yaml`),
    );
  const job = { job_name: "old", scrape_interval: "2s", static_configs: [{ targets: [scraped] }] };
  await writeFile(file, stringify({ ...prometheusConfig(rules), scrape_configs: [job] }));
  const history = { promtool: program("promtool"), file: join(folder, "history.txt"), data };
  await writeHistory(history);
  const [address = ""] = await ports(1);
  const running = start(program("prometheus"), prometheusArgs({ file, data, address }));
  ends.push(() => stop(running));
  await up(`http://${address}/-/ready`, running);
  return `http://${address}`;
};

const startPlayer = async (metrics: string, port: string, ends: Ends): Promise<Running> => {
  const settings = config({
    endpoint: `${metrics}/api/v1/otlp`,
    service: { name: "incident", namespace: "flashcards" },
    metricIntervalMs: 2000,
  });
  const folder = await agentFolder(settings);
  ends.push(folder.remove);
  const player = run(process.execPath, [join(root, "pipeline/testing/incident/player.ts")], {
    env: {
      PATH: process.env["PATH"],
      METRICS_PORT: port,
      NODE_OPTIONS: `--require ${folder.path}/agent.cjs`,
    },
  });
  ends.push(() => player.stop());
  return player;
};

const watch = async (player: Running, door: Prometheus): Promise<Look[]> => {
  const looks: Look[] = [];
  const begin = performance.now();
  let acts = 0;
  for (;;) {
    const at = (performance.now() - begin) / 1000;
    const seen = player.output().match(/^ACT .*$/gm) ?? [];
    for (const act of seen.slice(acts)) console.log(`${Math.round(at)} s: ${act.slice(4)}`);
    acts = seen.length;
    looks.push({ at, rules: await door.rules() });
    if (seen.some((act) => act === "ACT end")) return looks;
    if (player.child.exitCode !== null)
      throw new Error(`the incident's process ended early: ${player.output()}`);
    await sleep(LOOK_MS);
  }
};

const play = async (json: string | undefined): Promise<boolean> => {
  const folder = await mkdtemp(join(tmpdir(), "flashcard-incident-"));
  const ends: Ends = [() => rm(folder, { recursive: true, force: true })];
  const end = async (): Promise<void> => {
    for (const one of ends.splice(0).toReversed()) await one();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void end().finally(() => process.exit(1)));
  try {
    const [scraped = ""] = await ports(1);
    const metrics = await startPrometheus(folder, scraped, ends);
    const player = await startPlayer(metrics, scraped.split(":")[1] ?? "", ends);
    const alerts = timeline(await watch(player, prometheus(metrics, fetch)));
    const wrong = complaints(alerts);
    console.log(table(alerts));
    for (const sentence of wrong) console.log(sentence);
    const found = { alerts: Object.fromEntries(alerts), complaints: wrong };
    if (json) await writeFile(json, `${JSON.stringify(found, undefined, 2)}\n`);
    return alerts.size > 0 && wrong.length === 0;
  } finally {
    await end();
  }
};

const main = async (): Promise<number> => {
  let json: string | undefined;
  try {
    ({ json } = parseArgs({ options: { json: { type: "string" } } }).values);
  } catch (error) {
    console.error(`${(error as Error).message}\nusage: npm run incident -- [--json FILE]`);
    return 2;
  }
  return (await play(json)) ? 0 : 1;
};

process.exitCode = await main();
