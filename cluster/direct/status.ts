import { readFile } from "node:fs/promises";
import { conditionTrue, kubeGet } from "../kubeapi.ts";
import { cgroupProcesses } from "./cgroups.ts";
import { daemonNames } from "./daemons.ts";
import { names, type Layout } from "./layout.ts";
import { liveRecord } from "./record.ts";
import { leftovers, ownerOf } from "./sweep.ts";

/** Name of the program that a process runs; empty when it has gone. */
export const programOf = async (pid: number): Promise<string> => {
  const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return line.split("\0")[0]?.split("/").at(-1) ?? "";
};

const deadDaemons = async (): Promise<string[]> => {
  const running = new Set(
    await Promise.all((await cgroupProcesses()).map((pid) => programOf(pid))),
  );
  return daemonNames.filter((name) => !running.has(name));
};

export const answers = async (probe: () => Promise<boolean>): Promise<string> => {
  try {
    return (await probe()) ? "yes" : "no";
  } catch (error) {
    return `no (${error instanceof Error ? error.message : String(error)})`;
  }
};

export const absent = async (layout: Layout): Promise<string[]> => {
  const owner = await ownerOf();
  if (owner && owner.state !== layout.node) return [`down; another cluster is up: ${owner.state}`];
  const left = await leftovers();
  return left.length === 0
    ? ["down; nothing is left on the machine"]
    : ["down, but left behind:", ...left];
};

export const status = async (layout: Layout): Promise<{ up: boolean; lines: string[] }> => {
  const live = await liveRecord(layout);
  if (!live) return { up: false, lines: await absent(layout) };
  const dead = await deadDaemons();
  const config = layout.kubeconfig;
  const api = await answers(async () => (await kubeGet(config, "/readyz")).status === 200);
  const node = await answers(() => conditionTrue(config, `/api/v1/nodes/${names.node}`, "Ready"));
  const lines = [
    `up, node Ready ${live.readySeconds} s after the start; first process ${live.pid}`,
    `API answers: ${api}`,
    `node ready: ${node}`,
    `dead daemons: ${dead.join(", ") || "none"}`,
    `kubeconfig: ${config}`,
    `logs: ${layout.logs}`,
  ];
  return { up: api === "yes" && node === "yes" && dead.length === 0, lines };
};
