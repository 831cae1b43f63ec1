/** Plain JavaScript for the images: k6 entries (`k6/trial.js`, `k6/pulse.js`) and the Node programs `meter.js` and `sink.js`. */
import { build, type BuildOptions } from "esbuild";
import { fileURLToPath } from "node:url";

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const shared: BuildOptions = {
  bundle: true,
  format: "esm",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
};

/** Returns the files it wrote, relative to `outDir`. */
export const buildLoadtest = async (outDir: string): Promise<string[]> => {
  await build({
    ...shared,
    entryPoints: [here("trial.ts"), here("pulse.ts")],
    outdir: `${outDir}/k6`,
    platform: "neutral",
    target: "es2020",
    external: ["k6", "k6/*", "./item.js"],
  });
  await build({
    ...shared,
    entryPoints: [here("meter.ts"), here("sink.ts")],
    outdir: outDir,
    platform: "node",
    target: "node24",
  });
  return ["k6/trial.js", "k6/pulse.js", "meter.js", "sink.js"];
};
