/** A cluster of several nodes by kind, with the machine's Docker or one of our own. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { ensure, pathOf } from "../artefacts/ensure.ts";
import { layoutIn } from "../direct/layout.ts";
import { alone } from "../direct/lock.ts";
import { dnsReady } from "../direct/start.ts";
import { clientPrograms } from "../programs.ts";
import type { LoadableImage, Provider, UpReport } from "../providers/provider.ts";
import type { Settings } from "../settings.ts";
import { Trouble } from "../trouble.ts";
import { waitFor } from "../wait.ts";
import { dropUpstream } from "./dns.ts";
import { chosenImage } from "./image.ts";
import { create, exists, load, nodeNames, remove, type Kind } from "./nodes.ts";
import { currentDocker, type Docker, provideDocker, removeDocker, type Place } from "./provide.ts";
import { status, unready } from "./status.ts";

const kindWith = async (settings: Settings, { env }: Docker): Promise<Kind> => {
  const paths = await ensure({ ...settings, say: () => undefined }, ["kind"]);
  return { program: join(pathOf(paths, "kind"), "bin/kind"), env };
};

const stopwatch = (): (() => number) => {
  const begin = performance.now();
  return () => Math.round((performance.now() - begin) / 100) / 10;
};

/** kind itself waits for the control plane only. */
const nodesReady = async (one: Kind, kubeconfig: string): Promise<void> => {
  const expected = (await nodeNames(one)).length;
  const probe = async (): Promise<boolean> => {
    const { all, waiting } = await unready(kubeconfig);
    return all === expected && waiting.length === 0;
  };
  await waitFor(`${expected} nodes to be Ready`, probe, {
    seconds: 180,
    hint: () => "\n  npm run cluster -- kubectl --provider kind describe nodes",
  });
};

const upstreamless = async (settings: Settings, kubeconfig: string): Promise<void> => {
  const { kubectl } = await clientPrograms({ ...settings, say: () => undefined });
  await dropUpstream({ kubectl, kubeconfig });
};

const createTimed = async (place: Place, docker: Docker): Promise<number> => {
  const { settings, layout } = place;
  const image = await chosenImage(settings, docker);
  const seconds = stopwatch();
  const address = docker.own?.address;
  const one = await kindWith(settings, docker);
  await create(one, place, { image, address });
  await nodesReady(one, layout.kubeconfig);
  const readySeconds = seconds();
  settings.say(`kind: nodes Ready after ${readySeconds} s`);
  if (docker.own) await upstreamless(settings, layout.kubeconfig);
  await dnsReady(layout);
  settings.say(`kind: CoreDNS ready after ${seconds()} s`);
  return readySeconds;
};

const up = async (place: Place): Promise<UpReport> => {
  const docker = await provideDocker(place);
  const one = await kindWith(place.settings, docker);
  if (await exists(one)) {
    place.settings.say("kind: already up; `npm run cluster -- down --provider kind` removes it");
    return { provider: "kind", readySeconds: 0, already: true };
  }
  try {
    return { provider: "kind", readySeconds: await createTimed(place, docker), already: false };
  } catch (error) {
    await clean(place, docker);
    throw error;
  }
};

/** All of it: with our own Docker everything in it goes; the machine's is left as it was found. */
const clean = async (place: Place, docker: Docker | undefined): Promise<void> => {
  if (!docker || docker.own) await removeDocker(place);
  else await remove(await kindWith(place.settings, docker), place.layout);
};

const down = async (place: Place): Promise<void> => {
  await clean(place, await currentDocker(place));
  await rm(place.layout.kubeconfig, { force: true });
  place.settings.say(
    "kind: down; no container, network, process, mount, cgroup or interface of it is left",
  );
};

const loadAll = async (place: Place, images: readonly LoadableImage[]): Promise<void> => {
  const docker = await currentDocker(place);
  const one = docker && (await kindWith(place.settings, docker));
  if (!one || !(await exists(one)))
    throw new Trouble(
      "no kind cluster is up, so there is nothing to load images into: `npm run cluster -- up --provider kind` first",
    );
  const seconds = stopwatch();
  const loaded = await load(one, images);
  place.settings.say(
    `kind: ${loaded} of ${images.length} images loaded onto every node in ${seconds()} s, the others were there`,
  );
};

/** For a person who calls kind: the node image to name, if any. */
export const nodeImageFor = async (settings: Settings): Promise<string | undefined> => {
  const layout = layoutIn(settings.state, "kind");
  const docker = await currentDocker({ settings, layout, withDocker: false });
  if (!docker)
    throw new Trouble(
      "no Docker answers here, so there is nothing to load an image into: start it",
    );
  return chosenImage(settings, docker);
};

export interface KindOptions {
  /** Start a Docker of our own where none answers. */
  withDocker: boolean;
}

export const kindProvider = (settings: Settings, { withDocker }: KindOptions): Provider => {
  const layout = layoutIn(settings.state, "kind");
  const place: Place = { settings, layout, withDocker };
  const exclusive = async <T>(act: () => Promise<T>): Promise<T> => {
    await mkdir(layout.root, { recursive: true });
    return alone(layout, act);
  };
  return {
    name: "kind",
    up: () => exclusive(() => up(place)),
    down: () => exclusive(() => down(place)),
    load: (images) => loadAll(place, images),
    kubeconfig: () => layout.kubeconfig,
    status: () => status(place),
  };
};
