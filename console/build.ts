/**
 * Bundles the page. Whoever bundles the command line puts the result into it:
 * `define: { CONSOLE_PAGE: JSON.stringify(await buildPage()) }`, with `esbuild` as an external module.
 */
import { join } from "node:path";
import type { Built } from "./server/page.ts";

export const buildPage = async (): Promise<Built> => {
  // Only where there is something to build: the bundled command line has no bundler beside it.
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: ["main.tsx", "style/page.css"].map((file) =>
      join(import.meta.dirname, "page", file),
    ),
    outdir: "page",
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: ["chrome123", "firefox120", "safari17.5"],
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    logLevel: "error",
  });
  const text = (ending: string): string =>
    outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return { script: text(".js"), style: text(".css") };
};
