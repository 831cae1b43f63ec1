import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command, CommandName } from "./arguments.ts";
import { artefactNames, type ArtefactName } from "./artefacts/catalogue.ts";
import { ensure, pathOf } from "./artefacts/ensure.ts";
import { openCluster } from "./providers/open.ts";
import type { Provider } from "./providers/provider.ts";
import { hand } from "./run.ts";
import type { Settings } from "./settings.ts";
import { Trouble } from "./trouble.ts";

type Act = (settings: Settings, command: Command) => Promise<number>;

const open = (settings: Settings, { provider, context }: Command): Provider =>
  openCluster(settings, { provider, ...(context ? { context } : {}) });

const up: Act = async (settings, command) => {
  const cluster = open(settings, command);
  await cluster.up();
  settings.say(`export KUBECONFIG=${cluster.kubeconfig()}`);
  return 0;
};

const down: Act = async (settings, command) => {
  await open(settings, command).down();
  return 0;
};

const status: Act = async (settings, command) => {
  const { up: isUp, lines } = await open(settings, command).status();
  for (const line of lines) settings.say(line);
  return isUp ? 0 : 1;
};

const archive = async (path: string): Promise<{ archive: string }> => {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new Trouble(`${path} is no image archive: give the path of a tar file`);
  return { archive: path };
};

const load: Act = async (settings, command) => {
  const cluster = open(settings, command);
  await cluster.load(await Promise.all(command.rest.map((path) => archive(path))));
  return 0;
};

const isArtefact = (name: string): name is ArtefactName => (artefactNames as readonly string[]).includes(name);

const build: Act = async (settings, { rest }) => {
  const unknown = rest.filter((name) => !isArtefact(name));
  if (unknown.length > 0) throw new Trouble(`unknown artefact ${unknown.join(", ")}: they are ${artefactNames.join(", ")}`);
  const paths = await ensure(settings, rest.length > 0 ? rest.filter(isArtefact) : artefactNames);
  for (const [name, path] of paths) process.stdout.write(`${name} ${path}\n`);
  return 0;
};

const quiet = (settings: Settings): Settings => ({ ...settings, say: () => undefined });

const passOn =
  (artefact: "kubernetes" | "helm", program: string): Act =>
  async (settings, command) => {
    const paths = await ensure(quiet(settings), [artefact]);
    const kubeconfig = open(quiet(settings), command).kubeconfig();
    const path = join(pathOf(paths, artefact), "bin", program);
    return hand(path, command.rest, { ...settings.env, KUBECONFIG: kubeconfig });
  };

const later: Act = () => Promise.reject(new Trouble("not yet"));

export const commands: Readonly<Record<CommandName, Act>> = {
  up,
  down,
  status,
  load,
  build,
  images: later,
  api: later,
  kubectl: passOn("kubernetes", "kubectl"),
  helm: passOn("helm", "helm"),
};
