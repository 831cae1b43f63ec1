/** Files in pages: YAML and JavaScript must be well formed; of YAML, resources are held against the schema, parity maps against theirs. Pure. */
import { transformSync } from "esbuild";
import { parseAllDocuments } from "yaml";
import { KIND, specSchema } from "../../operator/migration/schema.ts";
import { parseParityMap } from "../../verdict/paritymap.ts";
import type { Checked, Problem } from "./links.ts";
import type { Block, Page } from "./markdown.ts";

type Tree = Record<string, unknown>;

/** Undefined where nothing is wrong, or the document is not ours. */
const whyRefused = (document: Tree): string | undefined => {
  if (document["kind"] === KIND) {
    const { success, error } = specSchema.safeParse(document["spec"]);
    return success
      ? undefined
      : error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  }
  if (!Array.isArray(document["rows"])) return undefined;
  const map = parseParityMap(document);
  return "refused" in map ? map.refused : undefined;
};

const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const inYaml = (text: string): string[] =>
  parseAllDocuments(text).flatMap((document) => {
    const value: unknown = document.errors.length === 0 ? document.toJS() : undefined;
    const [error] = document.errors;
    return error?.message ?? (isTree(value) ? whyRefused(value) : undefined) ?? [];
  });

const inScript = (text: string): string[] => {
  try {
    transformSync(text, { logLevel: "silent" });
    return [];
  } catch (error) {
    return [String(error)];
  }
};

const READERS: Record<string, (text: string) => string[]> = { yaml: inYaml, js: inScript };

const problemsIn = (file: string, { line, language, text }: Block): Problem[] =>
  (READERS[language]?.(text) ?? []).map((why) => ({ file, line, text: language, why }));

export const checkResources = (pages: Iterable<Page>): Checked => {
  const blocks = [...pages].flatMap(({ file, blocks: all }) =>
    all.filter(({ language }) => language in READERS).map((block) => ({ file, block })),
  );
  const problems = blocks.flatMap(({ file, block }) => problemsIn(file, block));
  return { count: blocks.length, problems };
};
