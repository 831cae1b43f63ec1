/**
 * The console in front of a real migration: two pages, one light and one dark, are open from before the migration begins until it is
 * validated, and are never loaded anew. Every view is drawn from live data, keeps nobody out, and makes the browser complain of nothing.
 */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openConsole } from "../../console/open.ts";
import { openBrowser } from "../../console/testing/chromium.ts";
import { type Theme, violations, visit, type Visit } from "../../console/testing/visit.ts";
import { root } from "../../tools/run.ts";
import { readStatus, teller } from "../kit/migration.ts";
import { installOrders, ORDERS, ordersMigration } from "../kit/orders.ts";
import {
  applyResource,
  endMigration,
  reach,
  type Resource,
  roomy,
  type Stage,
  type Story,
  withoutTrials,
} from "../kit/story.ts";
import { until } from "../kit/wait.ts";

const MEASURED = "orders";
const OPTIONS = { context: undefined, namespace: undefined, port: 0, help: false };
const PICTURES = join(root, ".state", "console-live");

/** A view and a word that can only be read when its content is there. */
interface Stop {
  name: string;
  hash: string;
  shows: string;
}

const at = (view: string): string => `#/${ORDERS.namespace}/${ORDERS.name}/${view}`;

const duringTheTrial: Stop[] = [
  { name: "running", hash: at(`verdicts/${MEASURED}`), shows: "not sealed yet" },
  { name: "fleet", hash: "#/", shows: "2 components" },
  { name: "steps", hash: at("steps"), shows: "What is proven" },
  { name: "plan", hash: at("plan"), shows: "Changes on your workloads" },
];

const afterwards: Stop[] = [
  { name: "verdicts", hash: at(`verdicts/${MEASURED}`), shows: "evidence matches its seal" },
  { name: "parity", hash: at("parity"), shows: "nobody alerts on it" },
  { name: "traces", hash: at("traces"), shows: "PUT /parcels/:parcel" },
  { name: "pulse", hash: at("pulse"), shows: "Since the beginning" },
  { name: "dashboards", hash: at("dashboards"), shows: "Orders per second" },
  { name: "history", hash: at("history"), shows: "ValidatedReached" },
];

interface Opened extends Visit {
  theme: Theme;
}

/** A trial that was disturbed begins anew. */
const CONTENT_MS = 120_000;

const stopAt = async (
  { theme, go, page, complaints }: Opened,
  { name, hash, shows }: Stop,
): Promise<void> => {
  const picture = { path: join(PICTURES, `${name}-${theme}.png`), fullPage: true };
  try {
    await go(hash);
    await page.getByText(shows).first().waitFor({ timeout: CONTENT_MS });
  } finally {
    // What was there instead is seen, too.
    await page.screenshot(picture);
  }
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(complaints, []);
};

const look = async (pages: Opened[], stops: Stop[], { say }: Stage): Promise<void> => {
  for (const stop of stops)
    for (const page of pages) {
      await stopAt(page, stop);
      say(`${stop.name} in ${page.theme}: drawn, nobody kept out, no complaint`);
    }
};

/** By the buttons, as a person would: what they write is acknowledged by the operator. */
const pauseAndResume = async ({ page, go }: Opened, { say }: Stage): Promise<void> => {
  await go(at("steps"));
  for (const [name, next] of [
    ["Pause", "Resume"],
    ["Resume", "Pause"],
  ] as const) {
    await page.getByRole("button", { name, exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
    await page.getByRole("button", { name: next, exact: true }).waitFor();
    say(`${name} was pressed and done`);
  }
};

/** Long enough to look at: blocks of more items. */
const slowly = ({ spec, ...rest }: Resource): Resource => ({
  ...rest,
  spec: {
    ...spec,
    target: "Validated",
    components: spec.components.map((component) => ({
      ...component,
      trial: { ...(component["trial"] as object), pairsPerBlock: 200 },
    })),
  },
});

const measuring = async ({ tools, say }: Stage): Promise<void> => {
  const tell = teller(say);
  await until({ what: `pairs of ${MEASURED}`, seconds: 300 }, async () => {
    const status = await readStatus(tools, ORDERS);
    if (status) tell(status);
    const found = status?.components.find(({ name }) => name === MEASURED);
    return found?.stage === "Trial" && (found.verdict?.pairs ?? 0) > 1;
  });
};

const watch = async (stage: Stage, pages: Opened[]): Promise<void> => {
  await applyResource(stage.tools, slowly(roomy(withoutTrials(await ordersMigration(), MEASURED))));
  await measuring(stage);
  await look(pages, duringTheTrial, stage);
  const [first] = pages;
  if (first) await pauseAndResume(first, stage);
  await reach(stage, { target: "Validated", seconds: 500, at: ORDERS });
  await look(pages, afterwards, stage);
};

const play = async (stage: Stage): Promise<void> => {
  await mkdir(PICTURES, { recursive: true });
  const browser = await openBrowser();
  const consoles = await Promise.all(
    ["light", "dark"].map(() => openConsole({ ...OPTIONS, kubeconfig: stage.tools.kubeconfig })),
  );
  try {
    const pages: Opened[] = [];
    for (const [index, theme] of (["light", "dark"] as const).entries())
      pages.push({ ...(await visit(browser, consoles[index]?.url ?? "", theme)), theme });
    await watch(stage, pages);
  } finally {
    await browser.close();
    for (const one of consoles) await one.stop();
  }
  await endMigration(stage, ORDERS);
};

export const consoleLive: Story = {
  name: "console-live",
  promise:
    "the console shows a migration while it happens, in every view, and its buttons steer it",
  patient: installOrders,
  play,
};
