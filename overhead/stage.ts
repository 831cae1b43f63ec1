/** Processes, sink and doors of one part of the experiment, and their end. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { request } from "../loadtest/ask.ts";
import type { Doors } from "../loadtest/doors.ts";
import { sinkServer } from "../loadtest/receiver.ts";
import type { Side, TrialSettings } from "../loadtest/settings.ts";
import { tally } from "../loadtest/tally.ts";
import { type Agent, exportingTo, TOKEN_ENV } from "./agents.ts";
import { type App, startApp } from "./app.ts";

/** What an item sends. */
export interface Item {
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface Subject {
  command: string;
  cwd: string;
  env: Record<string, string | undefined>;
  url: URL;
  item: Item;
  /** Answered without work. */
  idlePath: string;
  agent: Agent;
  /** Path of move.cjs. */
  move: string;
}

export interface Stage {
  token: string;
  doors: Doors;
  stop: () => Promise<void>;
}

interface Setting {
  /** The processes, in the order in which they are started. */
  sides: readonly Side[];
  /** The agent knows of the trial and obeys its marks. */
  marked: boolean;
  write: (line: string) => void;
  enough?: () => boolean;
  signal: AbortSignal;
}

/** Leaves nothing behind when it fails. */
export const setStage = async (subject: Subject, setting: Setting): Promise<Stage> => {
  const token = randomBytes(8).toString("hex");
  const counted = tally(token);
  const sink = sinkServer({ counted, forwardUrl: "" }).listen(0, "127.0.0.1");
  await once(sink, "listening");
  const apps: Partial<Record<Side, App>> = {};
  const stop = async (): Promise<void> => {
    for (const app of Object.values(apps)) await app.stop();
    sink.closeAllConnections();
    sink.close();
  };
  const trial = setting.marked ? { [TOKEN_ENV]: token } : {};
  const env = {
    ...exportingTo(`http://127.0.0.1:${(sink.address() as AddressInfo).port}`),
    ...trial,
  };
  try {
    for (const side of setting.sides) apps[side] = await startSide(subject, { side, env, setting });
  } catch (error) {
    await stop();
    throw error;
  }
  return { token, doors: doorsOf(subject, { apps, setting, stats: counted.stats }), stop };
};

/** Both arms get the same environment, except for what brings the agent in. */
const startSide = (
  { command, cwd, env: own, url, agent, move }: Subject,
  { side, env, setting }: { side: Side; env: Record<string, string>; setting: Setting },
): Promise<App> => {
  const { NODE_OPTIONS = "", ...others } = side === "injected" ? agent.env : {};
  const options = `${own["NODE_OPTIONS"] ?? ""} ${NODE_OPTIONS}`.trim();
  return startApp(
    {
      command: side === "injected" ? (agent.command ?? command) : command,
      cwd,
      url,
      move,
      env: { ...own, ...env, ...others, NODE_OPTIONS: options },
    },
    setting.signal,
  );
};

interface Running {
  apps: Partial<Record<Side, App>>;
  setting: Setting;
  stats: Awaited<ReturnType<typeof tally>>["stats"];
}

/** A side that is not there is sent nothing and costs nothing. */
const doorsOf = (
  { item, idlePath }: Subject,
  { apps, setting: { write, enough, signal }, stats }: Running,
): Doors => ({
  item: async (side, { headers }) => {
    const app = apps[side];
    if (!app) return;
    const sent = { ...item, headers: { ...item.headers, ...headers }, signal };
    const { status, body } = await request(`${app.url}${item.path}`, sent);
    if (status < 200 || status > 399)
      throw new Error(`${item.path} was answered with status ${status}: ${body.slice(0, 200)}`);
  },
  visit: async (side, headers) => {
    const app = apps[side];
    if (app) await request(`${app.url}${idlePath}`, { headers, signal });
  },
  cpu: async (side) => apps[side]?.cpu() ?? 0,
  stats: async () => stats(),
  // There is no collector behind this sink.
  forward: async () => false,
  pause: (seconds) => setTimeout(seconds * 1000),
  now: () => performance.now(),
  write,
  ...(enough ? { enough } : {}),
});

/** What an experiment without k6 has no use for. */
export const UNUSED: Pick<TrialSettings, "urls" | "meters" | "sink" | "flushPath"> = {
  urls: { plain: "", injected: "" },
  meters: { plain: "", injected: "" },
  sink: "",
  flushPath: "",
};
