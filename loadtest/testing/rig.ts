/** A trial without a cluster: two processes of one small service, meters, sink, and the real k6. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseEvidence } from "../../verdict/evidence.ts";
import type { Budget } from "../../verdict/reading.ts";
import type { Verdict } from "../../verdict/report.ts";
import { judgeTrial } from "../../verdict/trial.ts";
import { freePort } from "../../tools/ports.ts";
import { buildLoadtest } from "../build.ts";
import { spanTraces } from "../otlp.ts";

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const TOKEN = "00f1a5bca4d07e1e";
const ATTEMPT = "rig";

export interface RigOptions {
  k6: string;
  budget: Budget;
  /** Environment of the injected service: what the stand-in agent does. */
  agent?: Record<string, string>;
  /** Source of `item.js`. */
  item?: string;
  /** Of the k6 entry. */
  trial?: Record<string, string>;
}

export interface Outcome {
  verdict: Verdict;
  evidence: string;
  /** Trace ids the real collector was sent. */
  forwarded: string[];
}

const ITEM = `import http from "k6/http";
export const item = ({ url, headers }) => http.post(url + "/items", "word", { headers });
`;

/** Runs until there is a verdict, as the operator does, and leaves nothing behind. */
export const runRig = async (options: RigOptions): Promise<Outcome> => {
  const folder = await mkdtemp(join(tmpdir(), "flashcard-otel-rig-"));
  const children: ChildProcess[] = [];
  const collector = await collect();
  try {
    await buildLoadtest(folder);
    await writeFile(join(folder, "k6/item.js"), options.item ?? ITEM);
    const start = (file: string, env: Record<string, string>): ChildProcess => {
      const child = spawn(process.execPath, [file], {
        env: { ...process.env, NODE_OPTIONS: "", ...env },
        stdio: ["ignore", "ignore", "inherit"],
      });
      children.push(child);
      return child;
    };
    const env = await startServices({
      start,
      folder,
      collector: collector.url,
      agent: options.agent ?? {},
    });
    const evidence = await drive(
      { ...options, folder, env: { ...env, ...options.trial } },
      children,
    );
    return { verdict: verdictOf(evidence, options.budget), evidence, forwarded: collector.traces };
  } finally {
    for (const child of children) child.kill("SIGKILL");
    collector.server.close();
    await rm(folder, { recursive: true, force: true });
  }
};

interface Collector {
  server: Server;
  url: string;
  traces: string[];
}

const collect = async (): Promise<Collector> => {
  const traces: string[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      traces.push(...spanTraces(body));
      response.end();
    });
  });
  server.unref();
  await new Promise<void>((ready) => {
    server.listen(0, "127.0.0.1", ready);
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, traces };
};

interface Services {
  start: (file: string, env: Record<string, string>) => ChildProcess;
  folder: string;
  collector: string;
  agent: Record<string, string>;
}

/** Returns the environment of the k6 entry. */
const startServices = async ({
  start,
  folder,
  collector,
  agent,
}: Services): Promise<Record<string, string>> => {
  const [plain, injected, plainMeter, injectedMeter, sink] = await Promise.all(
    Array.from({ length: 5 }, freePort),
  );
  const at = (port: number | undefined): string => `http://127.0.0.1:${port}`;
  const token = { FLASHCARD_OTEL_TRIAL_TOKEN: TOKEN };
  const one = start(here("app.ts"), { PORT: String(plain) });
  const two = start(here("app.ts"), {
    PORT: String(injected),
    NODE_OPTIONS: `--require ${here("agent.cjs")}`,
    OTLP_URL: at(sink),
    ...token,
    ...agent,
  });
  start(join(folder, "meter.js"), { METER_PORT: String(plainMeter), METER_PIDS: String(one.pid) });
  start(join(folder, "meter.js"), {
    METER_PORT: String(injectedMeter),
    METER_PIDS: String(two.pid),
  });
  start(join(folder, "sink.js"), { SINK_PORT: String(sink), FORWARD_URL: collector, ...token });
  const paths = [
    `${at(plain)}/readyz`,
    `${at(injected)}/readyz`,
    `${at(plainMeter)}/healthz`,
    `${at(injectedMeter)}/healthz`,
    `${at(sink)}/healthz`,
  ];
  await Promise.all(paths.map(answers));
  return {
    ATTEMPT,
    TOKEN,
    PLAIN_URL: at(plain),
    TWIN_URL: at(injected),
    PLAIN_METER_URL: at(plainMeter),
    TWIN_METER_URL: at(injectedMeter),
    SINK_URL: at(sink),
    FLUSH_PATH: "/readyz",
    WARMUP_ITEMS: "300",
    TWIN_PAIRS: "50",
  };
};

const answers = async (url: string): Promise<void> => {
  for (let i = 0; i < 200; i += 1) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await setTimeout(50);
  }
  throw new Error(`waiting for ${url}: no answer`);
};

const FLAGS = [
  "run",
  "--quiet",
  "--no-usage-report",
  "--log-format",
  "raw",
  "--log-output",
  "stdout",
  "trial.js",
];

/** The evidence up to the line with which it was decided, or all of it. */
const drive = (
  { k6, folder, env, budget }: RigOptions & { folder: string; env: Record<string, string> },
  children: ChildProcess[],
): Promise<string> =>
  new Promise((decided, failed) => {
    const child = spawn(k6, FLAGS, {
      cwd: join(folder, "k6"),
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    let rest = "";
    let evidence = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      const fresh = lines.filter((line) => line.startsWith('{"v":'));
      if (fresh.length === 0) return;
      evidence += fresh.map((line) => `${line}\n`).join("");
      if (verdictOf(evidence, budget).verdict !== "Running") child.kill("SIGKILL");
    });
    child.on("error", failed);
    child.on("close", () => decided(evidence));
  });

const verdictOf = (text: string, budget: Budget): Verdict => {
  const evidence = parseEvidence(text, { attempt: ATTEMPT });
  if ("damaged" in evidence) throw new Error(evidence.damaged);
  return judgeTrial(evidence, budget);
};
