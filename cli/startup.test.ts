/** What a start reads. Time is not asserted here: a start is quick because it loads little, and that can be told for sure. */
import { join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import { build, type Metafile } from "esbuild";
import { root } from "../tools/run.ts";

/** Files that are there before the first dynamic import of `entry` has been followed. */
const loadedBy = async (entry: string): Promise<string[]> => {
  const { metafile } = await build({
    entryPoints: [join(root, entry)],
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    write: false,
    metafile: true,
    logLevel: "error",
  });
  return [...closure(metafile, entry, new Set())];
};

const closure = ({ inputs }: Metafile, file: string, seen: Set<string>): Set<string> => {
  seen.add(file);
  for (const { path, kind } of inputs[file]?.imports ?? [])
    if (kind === "import-statement" && inputs[path] && !seen.has(path))
      closure({ inputs } as Metafile, path, seen);
  return seen;
};

/** A bundle is made for each. */
jest.setTimeout(60_000);

describe("a start", () => {
  test("reads the table and little else, no library at all", async () => {
    const files = await loadedBy("cli/main.ts");
    expect(files.filter((file) => !/^cli\/[a-z]+\.ts$|^cli\/text\/table\.ts$/.test(file))).toEqual(
      [],
    );
  });

  test.each(["explain/reason", "commands/verdict", "commands/completion", "commands/explain"])(
    "%s needs no client, no schema, no library",
    async (handler) => {
      const files = await loadedBy(`cli/${handler}.ts`);
      expect(files.filter((file) => file.includes("node_modules"))).toEqual([]);
    },
  );
});
