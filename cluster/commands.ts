import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import type { Command, CommandName } from "./arguments.ts";
import { buildSeconds } from "./artefacts/cache.ts";
import { artefactNames, type ArtefactName } from "./artefacts/catalogue.ts";
import { ensure } from "./artefacts/ensure.ts";
import { buildImages, knownImages, writeDockerfiles } from "./images/build.ts";
import { imageNames, type ImageName } from "./images/catalogue.ts";
import { pushed } from "./images/push.ts";
import { nodeImageFor } from "./kind/kind.ts";
import { openCluster } from "./providers/open.ts";
import type { Provider } from "./providers/provider.ts";
import { clientPrograms, linkPrograms } from "./programs.ts";
import { hand } from "./run.ts";
import type { Settings } from "./settings.ts";
import { apiDown, apiUp } from "./standing-api.ts";
import { Trouble } from "./trouble.ts";

type Act = (settings: Settings, command: Command) => Promise<number>;

const open = (settings: Settings, { provider, context, withDocker }: Command): Provider =>
  openCluster(settings, { provider, withDocker, ...(context ? { context } : {}) });

const quiet = (settings: Settings): Settings => ({ ...settings, say: () => undefined });

const up: Act = async (settings, command) => {
  const cluster = open(settings, command);
  await cluster.up();
  if (command.images) await cluster.load([...(await buildImages(settings)).values()]);
  await linkPrograms(settings, await clientPrograms(quiet(settings)));
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
  if (!found?.isFile())
    throw new Trouble(`${path} is no image archive: give the path of a tar file`);
  return { archive: path };
};

const isImage = (name: string): name is ImageName =>
  (imageNames as readonly string[]).includes(name);

const imagesNamed = (
  names: readonly string[],
  otherwise: readonly ImageName[] = imageNames,
): readonly ImageName[] => {
  const unknown = names.filter((name) => !isImage(name));
  if (unknown.length > 0) {
    throw new Trouble(`unknown image ${unknown.join(", ")}: they are ${imageNames.join(", ")}`);
  }
  return names.length > 0 ? names.filter(isImage) : otherwise;
};

/** The only one that no project publishes; the samples' are pushed by name. */
const PUBLISHED = ["operator"] as const satisfies ImageName[];

const publish = async (settings: Settings, registry: string, rest: string[]): Promise<number> => {
  const built = await buildImages(settings, imagesNamed(rest, PUBLISHED));
  for (const [name, image] of built)
    process.stdout.write(`images.${name}=${await pushed(settings, image, registry)}\n`);
  return 0;
};

const images: Act = async (settings, { rest, push }) => {
  if (push) return publish(settings, push, rest);
  const built = await buildImages(settings, imagesNamed(rest));
  for (const [name, { ref, archive: path }] of built)
    process.stdout.write(`${name} ${ref} ${path}\n`);
  return 0;
};

const refs: Act = async (settings, { rest }) => {
  const built = await buildImages(settings, imagesNamed(rest));
  const named = Object.fromEntries([...built].map(([name, { ref }]) => [name, ref]));
  process.stdout.write(`${JSON.stringify(named)}\n`);
  return 0;
};

const nodeImage: Act = async (settings) => {
  const image = await nodeImageFor(settings);
  if (image) process.stdout.write(`--image ${image}\n`);
  return 0;
};

const dockerfiles: Act = async (settings, { rest }) => {
  const folders = await writeDockerfiles(settings, imagesNamed(rest));
  for (const folder of folders) process.stdout.write(`docker build ${folder}\n`);
  return 0;
};

const load: Act = async (settings, command) => {
  const cluster = open(settings, command);
  const named = await Promise.all(command.rest.map((path) => archive(path)));
  await cluster.load(named.length > 0 ? named : await knownImages(settings));
  return 0;
};

const isArtefact = (name: string): name is ArtefactName =>
  (artefactNames as readonly string[]).includes(name);

const build: Act = async (settings, { rest }) => {
  const unknown = rest.filter((name) => !isArtefact(name));
  if (unknown.length > 0)
    throw new Trouble(
      `unknown artefact ${unknown.join(", ")}: they are ${artefactNames.join(", ")}`,
    );
  const paths = await ensure(settings, rest.length > 0 ? rest.filter(isArtefact) : artefactNames);
  for (const [name, path] of paths) {
    process.stdout.write(`${name} ${path} built in ${await buildSeconds(path)} s\n`);
  }
  return 0;
};

const usableKubeconfig = async (cluster: Provider): Promise<string> => {
  // An existing cluster is adopted on first use; it costs one call.
  if (cluster.name === "context") await cluster.up();
  if (existsSync(cluster.kubeconfig())) return cluster.kubeconfig();
  throw new Trouble(
    `no cluster of provider ${cluster.name} is up: \`npm run cluster -- up\` first`,
  );
};

const passOn =
  (program: "kubectl" | "helm"): Act =>
  async (settings, command) => {
    const programs = await clientPrograms(quiet(settings));
    const kubeconfig = await usableKubeconfig(open(quiet(settings), command));
    return hand(programs[program], command.rest, { ...settings.env, KUBECONFIG: kubeconfig });
  };

const api: Act = async (settings, { rest }) => {
  if (rest[0] === "down") await apiDown(settings);
  else if (rest[0] === "up") process.stdout.write(`export KUBECONFIG=${await apiUp(settings)}\n`);
  else throw new Trouble("say what to do with the API server: cluster api up, or cluster api down");
  return 0;
};

export const commands: Readonly<Record<CommandName, Act>> = {
  up,
  down,
  status,
  load,
  build,
  images,
  refs,
  "node-image": nodeImage,
  dockerfiles,
  api,
  kubectl: passOn("kubectl"),
  helm: passOn("helm"),
};
