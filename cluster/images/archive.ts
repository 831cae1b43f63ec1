import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { pack, type Pack } from "tar-stream";

export interface Layer {
  /** The layer's tar file. */
  file: string;
  /** sha256 of its bytes, hex. */
  digest: string;
}

/** The part of an image's configuration that we set. */
export interface ImageConfig {
  Entrypoint?: readonly string[];
  Cmd?: readonly string[];
  Env?: readonly string[];
  User?: string;
  WorkingDir?: string;
  ExposedPorts?: Readonly<Record<string, object>>;
  StopSignal?: string;
}

export interface Image {
  /** Without tag, e.g. `flashcard-otel/pipeline`. */
  name: string;
  layers: readonly Layer[];
  config: ImageConfig;
}

const architectures: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

const configText = (image: Image): string =>
  JSON.stringify({
    architecture: architectures[process.arch] ?? process.arch,
    os: "linux",
    created: "1970-01-01T00:00:00Z",
    config: image.config,
    rootfs: { type: "layers", diff_ids: image.layers.map(({ digest }) => `sha256:${digest}`) },
    history: image.layers.map(() => ({ created: "1970-01-01T00:00:00Z" })),
  });

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Name and tag. The tag is a digest of the configuration, which names all layers by their digests. */
export const reference = (image: Image): string =>
  `${image.name}:${sha256(configText(image)).slice(0, 12)}`;

const addText = (tar: Pack, name: string, text: string): void => {
  tar.entry({ name, size: Buffer.byteLength(text), mtime: new Date(0), mode: 0o644 }, text);
};

const addFile = async (tar: Pack, name: string, file: string): Promise<void> => {
  const { size } = await stat(file);
  await pipeline(
    createReadStream(file),
    tar.entry({ name, size, mtime: new Date(0), mode: 0o644 }),
  );
};

/** Writes the archive that `docker load`, `ctr images import` and `kind load image-archive` take. */
export const writeArchive = async (image: Image, file: string): Promise<void> => {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(file));
  const config = configText(image);
  const digest = sha256(config);
  const layers = [...new Map(image.layers.map((layer) => [layer.digest, layer])).values()];
  for (const layer of layers) await addFile(tar, `${layer.digest}/layer.tar`, layer.file);
  addText(tar, `${digest}.json`, config);
  const paths = image.layers.map((layer) => `${layer.digest}/layer.tar`);
  const manifest = [{ Config: `${digest}.json`, RepoTags: [reference(image)], Layers: paths }];
  addText(tar, "manifest.json", JSON.stringify(manifest));
  tar.finalize();
  await written;
};
