import { join } from "node:path";
import { pathOf, type Paths } from "../artefacts/ensure.ts";
import { file } from "./files.ts";
import type { ImageList } from "./store.ts";

/** The two images that the cluster itself runs. */
export const pauseImage = async (paths: Paths): Promise<ImageList> => ({
  name: "flashcard-otel/pause",
  layers: [[await file("/pause", join(pathOf(paths, "pause"), "bin/pause"))]],
  config: { Entrypoint: ["/pause"], User: "65532:65532" },
});

export const corednsImage = async (paths: Paths): Promise<ImageList> => ({
  name: "flashcard-otel/coredns",
  layers: [[await file("/coredns", join(pathOf(paths, "coredns"), "bin/coredns"))]],
  config: { Entrypoint: ["/coredns"] },
});
