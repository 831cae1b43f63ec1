/**
 * A version before this one, to upgrade from. There has been no release yet, so it is made of the same sources: chart and image with
 * another version, a definition that lacks a field, and another agent, so that an upgrade has all to renew that a real one has.
 */
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { yaml } from "../../cli/text/emit.ts";
import { type BuiltImage, builtImage } from "../../cluster/images/store.ts";
import { imageCatalogue } from "../../cluster/images/catalogue.ts";
import { text } from "../../cluster/images/files.ts";
import type { Entry } from "../../cluster/images/layer.ts";
import { settingsFrom } from "../../cluster/settings.ts";
import { root } from "../../tools/run.ts";
import { CHART } from "./install.ts";

export const VERSION = "0.0.1";
/** Optional, and not used by the resource of the story. */
export const NEW_FIELD = "baggage";

const PREVIOUS = ".state/previous-chart";

interface Definition {
  spec: {
    versions: {
      schema: {
        openAPIV3Schema: { properties: { spec: { properties: Record<string, unknown> } } };
      };
    }[];
  };
}

/** Fields of the resource's spec. */
export const specFields = ({ spec }: Definition): Record<string, unknown> =>
  spec.versions[0]?.schema.openAPIV3Schema.properties.spec.properties ?? {};

const rewrite = async (
  file: string,
  change: (content: string) => string | Promise<string>,
): Promise<void> => writeFile(file, await change(await readFile(file, "utf8")));

const withoutField = async (content: string): Promise<string> => {
  const definition = parse(content, { version: "1.1" }) as Definition;
  delete specFields(definition)[NEW_FIELD];
  return yaml(definition);
};

/** Its path, relative to the repository. */
export const previousChart = async (): Promise<string> => {
  const folder = join(root, PREVIOUS);
  await rm(folder, { recursive: true, force: true });
  await cp(join(root, CHART), folder, { recursive: true });
  await rewrite(join(folder, "Chart.yaml"), (content) =>
    content.replaceAll(/^((?:appV|v)ersion:).*$/gm, `$1 "${VERSION}"`),
  );
  await rewrite(join(folder, "files", "crd.yaml"), withoutField);
  return PREVIOUS;
};

const AGENT = "/app/agent.cjs";

const older = async (entry: Entry): Promise<Entry> =>
  entry.kind === "file" && entry.path === AGENT
    ? text(AGENT, `${await readFile(entry.source, "utf8")}\n// ${VERSION}\n`)
    : entry;

export const previousOperator = async (): Promise<BuiltImage> => {
  const settings = settingsFrom(process.env, () => undefined);
  const list = await imageCatalogue.operator.list(settings, new Map());
  const layers = await Promise.all(list.layers.map((entries) => Promise.all(entries.map(older))));
  return builtImage(settings, { ...list, layers });
};
