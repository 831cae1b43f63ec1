/**
 * Takes the pictures of the dashboards: each as the console draws it, from the Prometheus of a migration that runs.
 *
 *   node bin/run.js dashboards/pictures.ts [FOLDER] [--migration NAMESPACE/NAME] [--kubeconfig FILE]
 *
 * FOLDER: docs/dashboards; NAMESPACE/NAME: flashcards/pipeline; FILE: that of kubectl.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openConsole } from "../console/open.ts";
import { openBrowser } from "../console/testing/chromium.ts";
import { visit } from "../console/testing/visit.ts";
import type { Cluster } from "../operator/cluster/cluster.ts";
import { boards } from "./boards.ts";
import { dashboard } from "./grafana.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    migration: { type: "string", default: "flashcards/pipeline" },
    kubeconfig: { type: "string" },
  },
});
const folder = positionals[0] ?? join(import.meta.dirname, "..", "docs", "dashboards");
const { migration, kubeconfig } = values;

type Placed = (typeof boards)[number];

/** The console finds dashboards in ConfigMaps that the resource names; here it finds one, whatever they hold. */
const showing =
  ({ board, edition }: Placed) =>
  (cluster: Cluster): Cluster => ({
    ...cluster,
    read: async (reference) =>
      reference.kind === "ConfigMap"
        ? {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: reference.name, namespace: reference.namespace },
            data: { [`${board.name}.json`]: dashboard(board, edition) },
          }
        : cluster.read(reference),
  });

const SIDES = { legacy: "Legacy", otel: "OpenTelemetry" } as const;

const take = async (
  placed: Placed,
  browser: Awaited<ReturnType<typeof openBrowser>>,
): Promise<void> => {
  const options = { context: undefined, kubeconfig, namespace: undefined, port: 0, help: false };
  const console = await openConsole(options, showing(placed));
  const seen = await visit(browser, console.url, "light");
  try {
    const hash = `#/${migration}/dashboards`;
    await seen.go(hash);
    await seen.page.getByRole("button", { name: SIDES[placed.edition], exact: true }).click();
    await seen.go(hash);
    const path = join(folder, `${placed.board.name}-${placed.edition}.png`);
    await seen.page.screenshot({ path, fullPage: true });
  } finally {
    await seen.leave();
    await console.stop();
  }
};

await mkdir(folder, { recursive: true });
const browser = await openBrowser();
try {
  for (const placed of boards) await take(placed, browser);
} finally {
  await browser.close();
}
