/** One trial of a program that runs with the agent: the cluster's experiment, meter and sink, on loopback. */
import { randomBytes } from "node:crypto";
import { agentFolder, config } from "../testing/rig.ts";
import { AGENT_ENV, AGENT_FILE } from "../contract.ts";
import { RATIO } from "../../operator/injection/agent.ts";
import { runTrial } from "../../loadtest/experiment.ts";
import { ITEMS_PER_EXPORT, type TrialSettings } from "../../loadtest/settings.ts";
import type { TallyStats } from "../../loadtest/tally.ts";
import { doorsOf, statsOf } from "./doors.ts";
import type { Keep } from "./keep.ts";
import type { Profile } from "./options.ts";
import { type Program, start, type Started } from "./programs.ts";
import { BUDGET } from "./result.ts";
import { type Folded, openSink, type Sink } from "./sink.ts";
import type { Length } from "./variants.ts";
import type { Placed, Sent, Site } from "./workloads.ts";

const meter: Program = {
  name: "meter",
  main: "loadtest/meter.ts",
  port: "METER_PORT",
  ready: "/healthz",
};

/** Started programs and what a trial has to know of them. */
export interface Stage {
  target: Started;
  meter: Started;
  sink: Sink;
  token: string;
  sampleRatio: number;
}

interface Ours {
  profile: Profile;
  governor: boolean;
}

/** Starts the target with the agent in front, as the webhook does it, and what watches it. */
export const setStage = async (
  { target, site, profile, governor }: Ours & { target: Placed; site: Site },
  keep: Keep,
): Promise<Stage> => {
  const kept = async <T extends { stop: () => Promise<unknown> }>(
    started: Promise<T>,
  ): Promise<T> => {
    const running = await started;
    keep(running.stop);
    return running;
  };
  const token = randomBytes(8).toString("hex");
  const trial = { [AGENT_ENV.trialToken]: token };
  const sinking = await kept(openSink(token));
  const inFront = await withAgent({ profile, governor, endpoint: sinking.url }, keep);
  const running = await kept(start(target, { ...target.env(site), ...inFront, ...trial }));
  const metering = await kept(start(meter, { METER_PIDS: String(running.pid) }));
  const sampleRatio = profile === "sampled" ? RATIO.Sampled : 1;
  return { target: running, meter: metering, sink: sinking, token, sampleRatio };
};

/** Environment of a program with the agent in front. */
export const withAgent = async (
  { profile, governor, endpoint }: Ours & { endpoint: string },
  keep: Keep,
): Promise<Record<string, string>> => {
  const intervals = { metricIntervalMs: 10_000, flushIntervalMs: 5000 };
  const budgetPercent = governor ? BUDGET.cpuPercent : 0;
  const folder = await agentFolder(config({ profile, endpoint, budgetPercent, ...intervals }));
  keep(folder.remove);
  return { NODE_OPTIONS: `--require ${folder.path}/${AGENT_FILE}` };
};

export interface Play {
  length: Length;
  item: (trace: string) => Sent;
  /** Told the evidence so far, after each line. */
  watch: (evidence: string) => void;
  signal: AbortSignal;
}

export interface Played {
  evidence: string;
  stats: TallyStats;
  folded: Folded | null;
}

/** The evidence, and what the sink has counted. */
export const play = async (
  stage: Stage,
  { length, item, watch, signal }: Play,
): Promise<Played> => {
  const settings = settingsFor(stage, length);
  let evidence = "";
  const write = (line: string): void => {
    // Nothing fails here but by the agent's fault or ours: the first item that does ends the trial with its sentence.
    if (!line.startsWith('{"v":')) throw new Error(line);
    evidence += `${line}\n`;
    watch(evidence);
  };
  await runTrial(settings, doorsOf({ settings, item, write, signal }));
  signal.throwIfAborted();
  const { url, folded } = stage.sink;
  return { evidence, stats: await statsOf(url, signal), folded: folded() };
};

const settingsFor = (
  { target, meter: by, sink: to, token, sampleRatio }: Stage,
  length: Length,
): TrialSettings => ({
  ...length,
  attempt: token,
  token,
  urls: { plain: "", injected: target.url },
  meters: { plain: "", injected: by.url },
  sink: to.url,
  flushPath: "/readyz",
  // Toggling alone: a plain twin would need as many processes as pairs.
  twinPairs: 0,
  sampleRatio,
  itemsPerExport: ITEMS_PER_EXPORT,
  seed: 1,
  marginPercent: BUDGET.cpuPercent,
  alpha: BUDGET.alpha,
});
