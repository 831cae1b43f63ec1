import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../tools/ports.ts";
import { ensure, pathOf, type Paths } from "./artefacts/ensure.ts";
import { apiServerFlags, etcdFlags, kubeadmConfig } from "./api-files.ts";
import { kubeGet } from "./kubeapi.ts";
import { run } from "./run.ts";
import { settingsFrom, type Settings } from "./settings.ts";
import { GiveUp, waitFor } from "./wait.ts";

export interface ApiOptions {
  /** Where its data go; without one a temporary folder, removed by `stop`. */
  dir?: string;
  /** Keeps running when this process ends. */
  detached?: boolean;
  /** Further flags of the API server. */
  flags?: readonly string[];
  settings?: Settings;
}

export interface Api {
  /** A kubeconfig whose user may do everything; RBAC applies to everybody else. */
  kubeconfig: string;
  /** Address of etcd, for tests that look beneath the API. */
  etcd: string;
  /** Process ids of etcd and the API server. */
  pids: readonly number[];
  seconds: number;
  stop: () => Promise<void>;
}

const setpriv = "/usr/bin/setpriv";

/** With a test runner that is killed, its servers must end too. */
const bound = (command: string, detached: boolean): string[] =>
  detached || !existsSync(setpriv) ? [command] : [setpriv, "--pdeathsig", "KILL", command];

interface Program {
  command: string;
  args: readonly string[];
  log: string;
  detached: boolean;
}

const startProgram = ({ command, args, log, detached }: Program): ChildProcess => {
  const output = openSync(log, "w");
  const [program = command, ...before] = bound(command, detached);
  const child = spawn(program, [...before, ...args], {
    detached,
    stdio: ["ignore", output, output],
  });
  child.unref();
  return child;
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const gone = once(child, "exit");
  // Nothing in it is worth an orderly end.
  child.kill("SIGKILL");
  await gone;
};

interface Ports {
  api: number;
  etcd: number;
  peer: number;
}

const certificates = async (dir: string, paths: Paths, port: number): Promise<string> => {
  const config = join(dir, "kubeadm.yaml");
  const pki = join(dir, "pki");
  await writeFile(config, kubeadmConfig(pki, port));
  const kubeadm = join(pathOf(paths, "kubernetes"), "bin/kubeadm");
  await run(kubeadm, ["init", "phase", "certs", "all", "--config", config]);
  const phase = ["init", "phase", "kubeconfig"];
  await run(kubeadm, [...phase, "super-admin", "--config", config, "--kubeconfig-dir", dir]);
  const kubeconfig = join(dir, "kubeconfig");
  await copyFile(join(dir, "super-admin.conf"), kubeconfig);
  return kubeconfig;
};

interface Start {
  dir: string;
  paths: Paths;
  detached: boolean;
  flags: readonly string[];
  /** Filled as they start, so that a failure half-way can end them. */
  children: ChildProcess[];
}

const startBoth = async ({
  dir,
  paths,
  detached,
  flags,
  children,
}: Start): Promise<Pick<Api, "kubeconfig" | "etcd">> => {
  const [api, etcd, peer] = await Promise.all([freePort(), freePort(), freePort()]);
  const ports: Ports = { api, etcd, peer };
  const add = (program: Omit<Program, "detached">) =>
    children.push(startProgram({ ...program, detached }));
  add({
    command: join(pathOf(paths, "etcd"), "bin/etcd"),
    args: etcdFlags(dir, ports),
    log: join(dir, "etcd.log"),
  });
  const kubeconfig = await certificates(dir, paths, api);
  add({
    command: join(pathOf(paths, "kubernetes"), "bin/kube-apiserver"),
    args: [...apiServerFlags(join(dir, "pki"), ports), ...flags],
    log: join(dir, "kube-apiserver.log"),
  });
  await ready(dir, kubeconfig, children);
  return { kubeconfig, etcd: `http://127.0.0.1:${ports.etcd}` };
};

const ready = async (
  dir: string,
  kubeconfig: string,
  children: readonly ChildProcess[],
): Promise<void> => {
  const log = join(dir, "kube-apiserver.log");
  const probe = async (): Promise<boolean> => {
    if (children.some((child) => child.exitCode !== null)) {
      const tail = (await readFile(log, "utf8")).trim().split("\n").slice(-5).join("\n  ");
      throw new GiveUp(`etcd or the API server ended at once; ${log} ends with\n  ${tail}`);
    }
    if ((await kubeGet(kubeconfig, "/readyz")).status !== 200) return false;
    return (await kubeGet(kubeconfig, "/api/v1/namespaces/default")).status === 200;
  };
  await waitFor("the API server", probe, {
    seconds: 60,
    everyMs: 50,
    hint: () => `\n  see ${log}`,
  });
};

/**
 * etcd and an API server alone, on free loopback ports: no pods, no controllers, no root. For tests of what talks to
 * the API. Several can run at once.
 */
export const startApi = async (options: ApiOptions = {}): Promise<Api> => {
  const { detached = false, flags = [], settings = settingsFrom(process.env) } = options;
  const paths = await ensure({ ...settings, say: detached ? settings.say : () => undefined }, [
    "etcd",
    "kubernetes",
  ]);
  const begin = performance.now();
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), "flashcard-otel-api-")));
  await mkdir(dir, { recursive: true });
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => end(child)));
    if (!options.dir) await rm(dir, { recursive: true, force: true });
  };
  try {
    const addresses = await startBoth({ dir, paths, detached, flags, children });
    const seconds = Math.round((performance.now() - begin) / 100) / 10;
    return { ...addresses, pids: children.flatMap(({ pid }) => (pid ? [pid] : [])), seconds, stop };
  } catch (error) {
    await Promise.all(children.map((child) => end(child)));
    throw error;
  }
};
