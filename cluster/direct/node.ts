import { spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { run, type RunOptions } from "../run.ts";
import type { Environment, Settings } from "../settings.ts";
import { Trouble } from "../trouble.ts";
import { GiveUp, waitFor } from "../wait.ts";
import { entryFolders } from "./cgroups.ts";
import { inside, names, network, type Layout } from "./layout.ts";

/** Joins the cluster's cgroups, then becomes the rest of the command line. */
const joinScript = 'for g in $CGROUPS; do echo $$ > "$g/cgroup.procs" 2>/dev/null; done; exec "$@"';

const joined = async (env: Environment): Promise<Environment> => ({
  ...env,
  CGROUPS: (await entryFolders()).join(" "),
});

const namespaces = ["--mount", "--net", "--pid", "--uts", "--ipc", "--cgroup"];

/** The first child of a process, as /proc tells it. */
const childOf = async (pid: number): Promise<number | undefined> => {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const first = text.trim().split(" ")[0];
  return first ? Number(first) : undefined;
};

const logTail = async (file: string): Promise<string> =>
  (await readFile(file, "utf8").catch(() => "")).trim().split("\n").slice(-8).join("\n  ");

/** Makes the namespaces and starts the node's first process in them; returns its id on the host. */
export const startNode = async (settings: Settings, layout: Layout): Promise<number> => {
  const ready = join(layout.node, "ready");
  const log = join(layout.logs, "node.log");
  await rm(ready, { force: true });
  const script = join(settings.repo, "cluster/direct/node.sh");
  const output = openSync(log, "a");
  const unshare = ["unshare", ...namespaces, "--fork", "--kill-child", "--mount-proc"];
  const child = spawn(
    "bash",
    ["-c", joinScript, "join", ...unshare, "bash", script, layout.node, settings.cache, names.node],
    {
      cwd: "/",
      detached: true,
      stdio: ["ignore", output, output],
      env: { ...(await joined(settings.env)) },
    },
  );
  child.unref();
  const probe = async (): Promise<boolean> => {
    if (child.exitCode !== null)
      throw new GiveUp(`the node's first process ended at once (${log}):\n  ${await logTail(log)}`);
    return existsSync(ready);
  };
  await waitFor("the node's namespaces", probe, {
    seconds: 30,
    everyMs: 20,
    hint: () => `\n  see ${log}`,
  });
  const pid = child.pid ? await childOf(child.pid) : undefined;
  if (!pid) throw new Trouble(`the node's first process vanished; see ${log}`);
  return pid;
};

const enter = (pid: number): string[] => [
  "nsenter",
  "-t",
  String(pid),
  "-m",
  "-n",
  "-p",
  "-u",
  "-i",
  "-C",
];

export interface Node {
  pid: number;
  env: Environment;
}

/** Runs a program inside the node, to its end. */
export const runInside = async (
  node: Node,
  command: readonly string[],
  options: RunOptions = {},
): Promise<string> =>
  run("bash", ["-c", joinScript, "join", ...enter(node.pid), ...command], {
    ...options,
    env: await joined(node.env),
  });

export interface Daemon {
  name: string;
  command: readonly string[];
}

const background = 'log=$1; shift; setsid "$@" >>"$log" 2>&1 </dev/null &';

/** Starts a program inside the node; it becomes a child of the node's first process. */
export const startInside = async (node: Node, { name, command }: Daemon): Promise<void> => {
  const log = `${inside.state}/log/${name}.log`;
  await runInside(node, ["bash", "-c", background, "start", log, ...command]);
};

const addresses = [
  `ip addr add ${network.node}/${network.prefix} dev ${names.peer}`,
  `ip link set ${names.peer} up`,
].join(" && ");

/** A cable between the machine and the node: by it the API and NodePorts are reached. */
export const connect = async (node: Node): Promise<void> => {
  const { host, prefix } = network;
  const peer = ["peer", "name", names.peer, "netns", String(node.pid)];
  await run("ip", ["link", "add", names.interface, "type", "veth", ...peer]);
  await run("ip", ["addr", "add", `${host}/${prefix}`, "dev", names.interface]);
  await run("ip", ["link", "set", names.interface, "up"]);
  await runInside(node, ["bash", "-c", addresses]);
};

/** The machine forwards nothing, so nothing leaves it; but daemons choose the node's address by the default route. */
export const routeOutward = async (node: Node): Promise<void> => {
  await runInside(node, ["ip", "route", "add", "default", "via", network.host]);
};
