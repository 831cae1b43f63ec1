/**
 * How long the page takes with many components: from the start of the navigation to the first paint of content, to all of them
 * being there, and from an interaction to the frame that shows its result.
 *
 *   npm run bench -w console [-- COMPONENTS]     default 1000
 */
import type { Page } from "playwright-core";
import { fleet } from "./testing/builders.ts";
import { openStage } from "./testing/stage.ts";
import type { Visit } from "./testing/visit.ts";

const RUNS = 7;

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** In the page, by its own clock; a frame after the work is the frame that shows it. */
const timed = (act: string): string =>
  `(async () => {
    const began = performance.now();
    ${act};
    await new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)));
    return performance.now() - began;
  })()`;

const PAINT = `performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0`;

/** From the start of the navigation until all of them are counted and the first rows are in a frame. */
const complete = (components: number): string =>
  `new Promise((done) => {
    const look = () =>
      document.querySelector("table")?.getAttribute("aria-rowcount") > ${components}
        ? requestAnimationFrame(() => setTimeout(() => done(performance.now())))
        : requestAnimationFrame(look);
    look();
  })`;

const type = (text: string): string =>
  timed(`const box = document.querySelector("input[type=search]");
    box.value = ${JSON.stringify(text)};
    box.dispatchEvent(new Event("input", { bubbles: true }))`);

const visit = (hash: string): string =>
  timed(`location.hash = ${JSON.stringify(hash)};
    await new Promise((next) => addEventListener("hashchange", next, { once: true }))`);

const ACTS: Record<string, string> = {
  "filter, first letter": type("s"),
  "filter, narrow": type("service-77 instrumented"),
  "filter, all again": type(""),
  "open a migration": visit("#/fleet/team-3/steps"),
  "another view": visit("#/fleet/team-3/plan"),
  "back to all": visit("#/"),
};

const measure = async ({ page }: Visit, components: number): Promise<Record<string, number>> => {
  await page.reload();
  const all = await page.evaluate<number>(complete(components));
  const paint = await page.evaluate<number>(PAINT);
  return { "first paint": paint, "everything there": all, ...(await interact(page)) };
};

const interact = async (page: Page): Promise<Record<string, number>> => {
  const times: Record<string, number> = {};
  for (const [name, act] of Object.entries(ACTS)) times[name] = await page.evaluate<number>(act);
  return times;
};

const components = Number(process.argv[2] ?? 1000);
const stage = await openStage();
try {
  await stage.fill(fleet(components));
  const entered = await stage.enter();
  const runs: Record<string, number>[] = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await measure(entered, components));
  console.log(`${components} components, best, median and worst of ${RUNS} runs`);
  for (const name of Object.keys(runs[0] ?? {})) {
    const times = runs.map((run) => run[name] ?? 0);
    const shown = [Math.min(...times), median(times), Math.max(...times)].map((time) =>
      time.toFixed(0).padStart(6),
    );
    console.log(`${name.padEnd(24)} ${shown.join(" ")} ms`);
  }
  await entered.leave();
} finally {
  await stage.stop();
}
