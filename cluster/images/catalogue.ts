import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ArtefactName } from "../artefacts/catalogue.ts";
import { pathOf, type Paths } from "../artefacts/ensure.ts";
import type { Settings } from "../settings.ts";
import { Trouble } from "../trouble.ts";
import { nodeConfig, nodeLayer, skeleton, user, userName } from "./base.ts";
import { closureEntries } from "./closure.ts";
import { file, folder, tree } from "./files.ts";
import type { Entry } from "./layer.ts";
import { libraries } from "./libraries.ts";
import { libraryFolders, postgresImage, unpackedRoot } from "./postgres.ts";
import type { ImageList } from "./store.ts";

export interface ImageSource {
  needs: readonly ArtefactName[];
  list: (settings: Settings, paths: Paths) => Promise<ImageList>;
}

const program = (paths: Paths, artefact: ArtefactName, name: string): string =>
  join(pathOf(paths, artefact), "bin", name);

const sourceFile = (path: string): boolean =>
  !/(\.test\.ts|\.md)$/.test(path) &&
  !/(^|\/)(node_modules|kubernetes|testing|tests?)(\/|$)/.test(path);

interface Services {
  workspace: string;
  /** What is started when nobody says what. */
  main: string;
}

/** Node services as they are, TypeScript run by Node, beside the packages they import. */
const services = (name: string, { workspace, main }: Services): ImageSource => ({
  needs: [],
  list: async ({ repo }) => ({
    name: `flashcard-otel/${name}`,
    layers: [
      await nodeLayer(repo),
      await closureEntries(repo, workspace, "/app"),
      await tree(join("/app", workspace), join(repo, workspace), sourceFile),
    ],
    config: { ...nodeConfig, WorkingDir: join("/app", workspace), Cmd: ["node", main] },
  }),
});

type Build = { buildOperator: (folder: string) => Promise<unknown> };

/** The operator's bundles come from the build step; a folder made by hand does as well. */
const operatorFolder = async ({ repo }: Settings): Promise<string> => {
  const target = join(repo, "dist/operator");
  const step = join(repo, "tools/build.ts");
  if (existsSync(step)) {
    await mkdir(target, { recursive: true });
    const { buildOperator } = (await import(step)) as Build;
    await buildOperator(target);
  }
  if (existsSync(join(target, "operator.js"))) return target;
  throw new Trouble(
    `no operator bundle in ${target}: tools/build.ts makes operator.js, meter.js, sink.js, agent.cjs and k6/ there`,
  );
};

const agentFull = (path: string): boolean => path.split("/")[0] === "agent-full";

/** Controller, webhook, meter and sink, and the agent that is handed to pods. */
const operator: ImageSource = {
  needs: [],
  list: async (settings) => {
    const built = await operatorFolder(settings);
    return {
      name: "flashcard-otel/operator",
      layers: [
        await nodeLayer(settings.repo),
        await tree("/", built, agentFull),
        (await tree("/app", built)).filter(({ path }) => !path.startsWith("/app/agent-full/")),
      ],
      config: { ...nodeConfig, Entrypoint: ["node", "/app/operator.js"] },
    };
  },
};

interface GoImage {
  artefact: ArtefactName;
  /** Path in the image by name of the program. */
  programs: Readonly<Record<string, string>>;
  extra?: readonly Entry[];
  workingDir?: string;
}

/** One static program, started as the published image of the same name starts it. */
const goImage = (
  name: string,
  { artefact, programs, extra = [], workingDir = "/" }: GoImage,
): ImageSource => ({
  needs: [artefact],
  list: async (_settings, paths) => {
    const files = Object.entries(programs).map(([one, path]) =>
      file(path, program(paths, artefact, one)),
    );
    return {
      name: `flashcard-otel/${name}`,
      layers: [[...skeleton, ...extra, ...(await Promise.all(files))]],
      config: {
        Entrypoint: [Object.values(programs)[0] ?? ""],
        User: userName,
        WorkingDir: workingDir,
        Env: ["PATH=/usr/local/bin:/usr/bin:/bin"],
      },
    };
  },
});

const redis: ImageSource = {
  needs: ["redis"],
  list: async (_settings, paths) => {
    const root = unpackedRoot(paths, "redis");
    const names = ["redis", "valkey"].flatMap((one) => [`${one}-server`, `${one}-cli`]);
    const present = names
      .map((name) => join(root, "usr/bin", name))
      .filter((path) => existsSync(path));
    const files = present.map((path) =>
      file(path.slice(root.length).replace("valkey", "redis"), path),
    );
    return {
      name: "flashcard-otel/redis",
      layers: [
        [
          ...skeleton,
          ...(await libraries(present, { root, folders: await libraryFolders(root) })),
          ...(await Promise.all(files)),
          folder("/data", { uid: user, mode: 0o700 }),
        ],
      ],
      config: {
        Cmd: ["redis-server", "--protected-mode", "no", "--dir", "/data"],
        User: userName,
        WorkingDir: "/data",
        Env: ["PATH=/usr/local/bin:/usr/bin:/bin"],
      },
    };
  },
};

/** Every image of the project by its short name. */
export const imageCatalogue = {
  pipeline: services("pipeline", { workspace: "pipeline", main: "ingest-api/main.ts" }),
  orders: services("orders", { workspace: "samples/orders", main: "api.ts" }),
  operator,
  collector: goImage("collector", { artefact: "collector", programs: { otelcol: "/otelcol" } }),
  jaeger: goImage("jaeger", { artefact: "jaeger", programs: { jaeger: "/jaeger" } }),
  prometheus: goImage("prometheus", {
    artefact: "prometheus",
    programs: { prometheus: "/bin/prometheus", promtool: "/bin/promtool" },
    extra: [folder("/prometheus", { uid: user })],
    workingDir: "/prometheus",
  }),
  k6: goImage("k6", { artefact: "k6", programs: { k6: "/usr/bin/k6" } }),
  postgres: { needs: ["postgres"], list: postgresImage },
  redis,
} as const satisfies Record<string, ImageSource>;

export type ImageName = keyof typeof imageCatalogue;

export const imageNames = Object.keys(imageCatalogue) as ImageName[];
