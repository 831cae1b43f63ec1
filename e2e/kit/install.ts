/** The patient and the product on a cluster, by their charts. */
import { join } from "node:path";
import { root } from "../../tools/run.ts";
import { helm, type Tools } from "./kubectl.ts";

export const PATIENT = "flashcards";
export const PRODUCT = "flashcard-otel";

/** Full references by short name: pipeline, operator, collector, ... */
export type Images = Record<string, string>;

const sets = (images: Images, names: string[]): string[] =>
  names.flatMap((name) => ["--set-string", `images.${name}=${images[name] ?? ""}`]);

const upgrade = (
  tools: Tools,
  chart: { release: string; path: string },
  args: string[],
): Promise<string> =>
  helm(
    tools,
    [
      "upgrade",
      "--install",
      chart.release,
      join(root, chart.path),
      "--namespace",
      chart.release,
      "--create-namespace",
      "--wait",
      "--timeout",
      "5m",
      ...args,
    ],
    { seconds: 330 },
  );

export const installPatient = (
  tools: Tools,
  images: Images,
  values: Record<string, string> = {},
): Promise<string> =>
  upgrade(tools, { release: PATIENT, path: "charts/flashcards" }, [
    ...sets(images, ["pipeline", "postgres", "redis", "prometheus"]),
    ...Object.entries(values).flatMap(([name, value]) => ["--set", `${name}=${value}`]),
  ]);

export const CHART = "charts/flashcard-otel";

export const installProduct = (tools: Tools, images: Images, path = CHART): Promise<string> =>
  upgrade(
    tools,
    { release: PRODUCT, path },
    sets(images, ["operator", "collector", "jaeger", "prometheus", "k6"]),
  );
