/**
 * Takes the pictures of the documentation: every view, in light and in dark, of a console in front of a real API server.
 *
 *   node bin/run.js console/pictures.ts [FOLDER]     default docs/console
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openStage } from "./testing/stage.ts";
import { narrow, pictures } from "./testing/tour.ts";
import { NARROW, type Theme } from "./testing/visit.ts";

const folder = process.argv[2] ?? join(import.meta.dirname, "..", "docs", "console");
const themes: Theme[] = ["light", "dark"];

await mkdir(folder, { recursive: true });
const stage = await openStage();
try {
  for (const theme of themes) {
    const visit = await stage.enter({ theme });
    const take = async ({ name, hash }: typeof narrow): Promise<void> => {
      await visit.go(hash);
      await visit.page.screenshot({ path: join(folder, `${name}-${theme}.png`), fullPage: true });
    };
    for (const stop of pictures) await take(stop);
    await visit.page.setViewportSize(NARROW);
    await take(narrow);
    for (const complaint of visit.complaints) console.error(complaint);
    await visit.leave();
  }
} finally {
  await stage.stop();
}
