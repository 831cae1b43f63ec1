/** Three real endpoints against what the agents really emit, through a real collector and Prometheus: how good are the proposals? */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { buildFull } from "../../agent/build.ts";
import { agentFolder, config } from "../../agent/testing/rig.ts";
import { eventually } from "../backends/testing/processes.ts";
import { type Rig, startRig } from "../backends/testing/rig.ts";
import { readExposition } from "./exposition.ts";
import { type Suggestion, suggest } from "./suggest.ts";

const testing = join(import.meta.dirname, "testing");
type Answers = Record<string, Record<string, string>>;

let rig: Rig;
let fullPath: string;
let answers: Answers;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  rig = await startRig();
  fullPath = await mkdtemp(join(tmpdir(), "flashcard-full-"));
  await buildFull(fullPath);
  answers = parse(await readFile(join(testing, "answers.yaml"), "utf8")) as Answers;
}, 900_000);

afterAll(async () => {
  for (const end of ends.toReversed()) await end();
  await rig?.stop();
  await rm(fullPath, { recursive: true, force: true });
}, 30_000);

const readyOn = async (child: ChildProcess): Promise<string> => {
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    const port = /READY (\d+)/.exec(text)?.[1];
    if (port) return `http://127.0.0.1:${port}`;
  }
  throw new Error(`ended before it was ready: ${text}`);
};

const start = async (name: string, profile: "lean" | "full"): Promise<string> => {
  const service = { name, namespace: "suggest" };
  const settings = config({ profile, fullPath, endpoint: rig.collector, service });
  const folder = await agentFolder({ ...settings, metricIntervalMs: 1000 });
  const child = spawn(process.execPath, [join(testing, "apps", `${name}.mjs`)], {
    env: { PATH: process.env["PATH"], NODE_OPTIONS: `--require ${folder.path}/agent.cjs` },
    stdio: ["ignore", "pipe", "inherit"],
  });
  ends.push(folder.remove, async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  const url = await readyOn(child);
  child.stdout?.resume();
  return url;
};

const REQUESTS = [
  ...Array.from({ length: 40 }, () => ["GET", "/items"]),
  ...Array.from({ length: 25 }, () => ["GET", "/orders"]),
  ...Array.from({ length: 12 }, () => ["POST", "/orders"]),
  ...Array.from({ length: 6 }, () => ["GET", "/broken"]),
] as [string, string][];

const textOf = async (url: string): Promise<string> => (await fetch(url)).text();

/** The new series of the service, once all requests have arrived. */
const federated = (name: string): Promise<string> =>
  eventually(
    `the series of ${name}`,
    async () => {
      const match = encodeURIComponent(`{job="suggest/${name}"}`);
      const text = await textOf(`${rig.metrics}/federate?match[]=${match}`);
      const requests = readExposition(text).find(
        ({ name: family }) => family === "http_server_request_duration_seconds",
      );
      const count = requests?.series.reduce((sum, { value }) => sum + value, 0) ?? 0;
      return count >= REQUESTS.length ? text : undefined;
    },
    60,
  );

const suggestFor = async (name: string, profile: "lean" | "full"): Promise<Suggestion> => {
  const url = await start(name, profile);
  for (const [method, path] of REQUESTS) await (await fetch(url + path, { method })).text();
  const news = readExposition(await federated(name));
  return suggest(readExposition(await textOf(`${url}/metrics`)), news);
};

/** Precision is what the first list costs, recall what the second does. */
const grade = ({ proposals }: Suggestion, right: Record<string, string>) => {
  const correct = proposals.filter(({ row }) => right[row.legacy] === row.otel);
  const wrong = proposals.filter(({ row }) => right[row.legacy] !== row.otel);
  return {
    wrong: wrong.map(({ row, because }) => `${row.legacy} -> ${row.otel} (${because.join("; ")})`),
    missed: Object.keys(right).filter((name) => !correct.some(({ row }) => row.legacy === name)),
  };
};

describe("proposals for what the libraries of the field expose", () => {
  test.each([
    ["defaults", "full", 2],
    ["express", "lean", 0],
    ["fastify", "lean", 4],
  ] as const)(
    "%s, with profile %s, missing at most %d answers",
    async (name, profile, atMost) => {
      const graded = grade(await suggestFor(name, profile), answers[name] ?? {});
      expect(graded.wrong).toEqual([]);
      expect(graded.missed.length).toBeLessThanOrEqual(atMost);
    },
    120_000,
  );
});
