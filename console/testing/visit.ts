/** A page of a console in a browser: lets itself in, waits until views are drawn, and hears what the browser complains about. */
import axe from "axe-core";
import type { Browser, BrowserContext, Page, Request } from "playwright-core";

export type Theme = "light" | "dark";

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** What the browser complained about: refused content, errors in scripts. */
  complaints: string[];
  go: (hash: string) => Promise<void>;
  leave: () => Promise<void>;
}

const SIZE = { width: 1360, height: 900 };
/** A phone, or a window beside a terminal. */
export const NARROW = { width: 390, height: 844 };

/** `url` is the address that works once. */
export const visit = async (browser: Browser, url: string, theme: Theme): Promise<Visit> => {
  const context = await browser.newContext({
    viewport: SIZE,
    colorScheme: theme,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", ({ message }) => complaints.push(message));
  const idle = stillness(page);
  await page.goto(url);
  await page.locator(".top .live.tone-good").waitFor();
  return {
    page,
    context,
    complaints,
    go: async (hash) => {
      await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
      await idle();
    },
    leave: () => context.close(),
  };
};

/** Waits until every question of the page has been answered and drawn; the stream of changes never ends and does not count. */
const stillness = (page: Page): (() => Promise<void>) => {
  const open = new Set<Request>();
  page.on("request", (request) => {
    if (!request.url().endsWith("/api/live")) open.add(request);
  });
  for (const event of ["requestfinished", "requestfailed"] as const)
    page.on(event as "requestfinished", (request) => open.delete(request));
  const drawn = (): Promise<unknown> =>
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
  return async () => {
    // An answer may lead to another question: calm is two drawings without one.
    for (let calm = 0; calm < 2; calm = open.size === 0 ? calm + 1 : 0) await drawn();
  };
};

interface Violation {
  id: string;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** What keeps people out. Evaluated by the debugger: the page's own policy would not let it in. */
export const violations = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source);
  const found = await page.evaluate<{ violations: Violation[] }>("axe.run()");
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html}: ${failureSummary ?? ""}`),
  );
};
