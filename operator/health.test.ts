import { afterEach, expect, test } from "@jest/globals";
import { type Page, serveSite, type Site, verdictPage } from "./health.ts";

let site: Site | undefined;
afterEach(() => site?.close());

const get = async (path: string) => {
  const answer = await fetch(`http://127.0.0.1:${site?.port}${path}`);
  return { status: answer.status, body: await answer.text() };
};

test("a page says what is wrong, and ok when nothing is", async () => {
  let wrong: string | undefined = "migrations are not listed yet";
  site = await serveSite(0, { "/readyz": () => verdictPage(wrong) });
  expect(await get("/readyz")).toEqual({ status: 503, body: "migrations are not listed yet\n" });
  wrong = undefined;
  expect(await get("/readyz?verbose")).toEqual({ status: 200, body: "ok\n" });
});

const broken = (): Page => {
  throw new Error("boom");
};

test("unknown paths are 404 and pages that throw are 500; the server lives", async () => {
  site = await serveSite(0, { "/broken": broken });
  expect((await get("/nothing")).status).toBe(404);
  expect(await get("/broken")).toEqual({ status: 500, body: "Error: boom\n" });
  expect((await get("/nothing")).status).toBe(404);
});

test("a port that is taken is an error at once", async () => {
  site = await serveSite(0, {});
  await expect(serveSite(site.port, {})).rejects.toThrow("EADDRINUSE");
});
