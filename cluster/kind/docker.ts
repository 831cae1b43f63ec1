/**
 * The Docker that kind uses: the machine's, or one of our own for a machine that has none. Ours runs from unpacked
 * packages in the namespaces and cgroups that the provider direct gives its node, so that everything it ever starts ends
 * with one process; its network has no way out.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { folderName } from "../artefacts/cache.ts";
import { ensure, pathOf, type Paths } from "../artefacts/ensure.ts";
import { makeCgroups } from "../direct/cgroups.ts";
import { inside, type Layout } from "../direct/layout.ts";
import { connect, type Node, startInside, startNode } from "../direct/node.ts";
import { linkIptables, mayLowerOomScore, nodeEnvironment } from "../direct/prepare.ts";
import { succeeds } from "../run.ts";
import type { Environment, Settings } from "../settings.ts";
import { waitFor } from "../wait.ts";

export const answers = (env: Environment): Promise<boolean> =>
  succeeds("docker", ["version", "--format", "{{.Server.Version}}"], { env, seconds: 20 });

const artefacts = ["docker", "runtime", "bounded-runc"] as const;

export const ownEnvironment = async (settings: Settings, layout: Layout): Promise<Environment> => {
  const paths = await ensure({ ...settings, say: () => undefined }, ["docker"]);
  const bin = join(pathOf(paths, "docker"), "root/usr/bin");
  return {
    ...settings.env,
    PATH: `${bin}:${settings.env["PATH"]}`,
    DOCKER_HOST: `unix://${join(layout.node, "docker.sock")}`,
  };
};

/** Plain runc is used unless the kernel would refuse what Docker asks of it. */
const runtime = async (paths: Paths): Promise<Record<string, unknown>> => {
  if (mayLowerOomScore(await readFile("/proc/self/status", "utf8"))) return {};
  const path = `${inside.cache}/${folderName(pathOf(paths, "bounded-runc"))}/bin/bounded-runc`;
  return { runtimes: { bounded: { path } }, "default-runtime": "bounded" };
};

const configuration = async (paths: Paths): Promise<string> =>
  JSON.stringify({
    "data-root": `${inside.state}/docker`,
    "exec-root": "/run/docker",
    pidfile: "/run/docker.pid",
    "deprecated-key-path": `${inside.state}/conf/docker-key.json`,
    hosts: [`unix://${inside.state}/docker.sock`],
    ...(await runtime(paths)),
  });

const prepare = async (layout: Layout, paths: Paths): Promise<void> => {
  await rm(layout.node, { recursive: true, force: true });
  for (const name of ["log", "conf", "bin", "tmp"])
    await mkdir(join(layout.node, name), { recursive: true });
  await writeFile(join(layout.node, "conf/docker.json"), await configuration(paths));
  await linkIptables(layout, paths);
};

const command = ["dockerd", "--config-file", `${inside.state}/conf/docker.json`];

/** Starts our own; its first process is all that has to be remembered. */
export const startDocker = async (settings: Settings, layout: Layout): Promise<Node> => {
  const paths = await ensure(settings, artefacts);
  await prepare(layout, paths);
  await makeCgroups();
  const env = await nodeEnvironment(paths, {
    built: [],
    unpacked: ["docker", "runtime"],
  });
  const node = { pid: await startNode(settings, layout), env };
  await connect(node);
  await startInside(node, { name: "dockerd", command });
  const client = await ownEnvironment(settings, layout);
  await waitFor("Docker to answer", () => answers(client), {
    seconds: 60,
    hint: () => `\n  see ${layout.logs}/dockerd.log`,
  });
  return node;
};
