import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startApi } from "./api.ts";
import { startTime } from "./direct/record.ts";
import type { Settings } from "./settings.ts";
import { waitFor } from "./wait.ts";

/** `cluster api up | down`: an API server that outlives the command, one per checkout. */

interface Standing {
  pid: number;
  started: string;
}

const folder = (settings: Settings): string => join(settings.state, "api");

const recorded = async (settings: Settings): Promise<Standing[]> => {
  try {
    return JSON.parse(await readFile(join(folder(settings), "record.json"), "utf8")) as Standing[];
  } catch {
    return [];
  }
};

/** Ids are used again after a while: only processes that started when ours did are ours. */
const living = async (settings: Settings): Promise<Standing[]> => {
  const all = await recorded(settings);
  const times = await Promise.all(all.map(({ pid }) => startTime(pid)));
  return all.filter(({ started }, index) => times[index] === started);
};

const describe = async (pid: number): Promise<Standing> => ({
  pid,
  started: (await startTime(pid)) ?? "",
});

export const apiDown = async (settings: Settings): Promise<void> => {
  const was = await living(settings);
  for (const { pid } of was) process.kill(pid, "SIGKILL");
  await waitFor("the API server to end", async () => (await living(settings)).length === 0, {
    seconds: 10,
  });
  await rm(folder(settings), { recursive: true, force: true });
  settings.say(was.length > 0 ? "api: down" : "api: nothing was up");
};

export const apiUp = async (settings: Settings): Promise<string> => {
  const dir = folder(settings);
  const kubeconfig = join(dir, "kubeconfig");
  if ((await living(settings)).length === 2) {
    settings.say("api: already up");
    return kubeconfig;
  }
  await apiDown({ ...settings, say: () => undefined });
  const api = await startApi({ dir, detached: true, settings });
  await writeFile(
    join(dir, "record.json"),
    JSON.stringify(await Promise.all(api.pids.map((pid) => describe(pid)))),
  );
  settings.say(`api: ready after ${api.seconds} s`);
  return kubeconfig;
};
