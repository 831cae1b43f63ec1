import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../run.ts";
import { Trouble } from "../trouble.ts";
import { waitFor } from "../wait.ts";
import { cgroupFolders, cgroupProcesses, removeCgroups } from "./cgroups.ts";
import { names, type Layout } from "./layout.ts";

const interfaceExists = (): boolean => existsSync(`/sys/class/net/${names.interface}`);

const commandLine = async (pid: number): Promise<string[]> =>
  (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");

export interface Owner {
  pid: number;
  state: string;
}

/** Whose cluster runs on this machine: the state folder in the arguments of the node's first process. */
export const ownerOf = async (): Promise<Owner | undefined> => {
  for (const pid of await cgroupProcesses()) {
    const args = await commandLine(pid);
    const at = args.findIndex((one) => one.endsWith("/cluster/direct/node.sh"));
    const state = args[at + 1];
    if (at > 0 && state) return { pid, state };
  }
  return undefined;
};

export const refuseForeign = async (layout: Layout): Promise<void> => {
  const owner = await ownerOf();
  if (!owner || owner.state === layout.node) return;
  const [repo, folder] = owner.state.split("/.state/");
  const provider = folder?.startsWith("kind/") ? "kind" : "direct";
  throw new Trouble(
    `another cluster is up on this machine (process ${owner.pid}, of the checkout ${repo}): only one can be. Run \`npm run cluster -- down --provider ${provider}\` there, or, if that checkout is gone, \`kill -9 ${owner.pid}\``,
  );
};

/** What is left of a cluster on the machine, in words; empty after a clean `down`. */
export const leftovers = async (): Promise<string[]> => {
  const processes = await cgroupProcesses();
  const folders = (await cgroupFolders()).filter((folder) => existsSync(folder));
  const mounts = (await readFile("/proc/self/mounts", "utf8"))
    .split("\n")
    .filter((line) => /\/\.state\/(cluster|kind)\//.test(line));
  return [
    ...processes.map((pid) => `process ${pid}`),
    ...(folders.length > 0 ? [`cgroup ${names.cgroup} in ${folders.length} hierarchies`] : []),
    ...mounts.map((line) => `mount ${line.split(" ")[1]}`),
    ...(interfaceExists() ? [`interface ${names.interface}`] : []),
  ];
};

const killAll = async (): Promise<boolean> => {
  const processes = await cgroupProcesses();
  for (const pid of processes) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself meanwhile.
    }
  }
  return processes.length === 0;
};

/** Ends everything in the cluster's cgroups, then removes what does not vanish with its processes. */
export const sweep = async (layout: Layout): Promise<void> => {
  await waitFor("the node's processes to end", killAll, { seconds: 30 });
  await removeCgroups();
  if (interfaceExists()) await run("ip", ["link", "del", names.interface]).catch(() => undefined);
  await waitFor(`interface ${names.interface} to vanish`, async () => !interfaceExists(), {
    seconds: 10,
  });
  await rm(layout.kubeconfig, { force: true });
  await rm(layout.record, { force: true });
};

/** Logs stay until the next start: they tell why the last one failed. */
export const removeData = async (layout: Layout): Promise<void> => {
  for (const name of [
    "pki",
    "conf",
    "kubelet",
    "containerd",
    "etcd",
    "cni",
    "pods",
    "tmp",
    "opt",
    "bin",
    "ready",
    "docker",
    "docker.sock",
  ]) {
    await rm(join(layout.node, name), { recursive: true, force: true, maxRetries: 3 });
  }
};
