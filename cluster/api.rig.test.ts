import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startApi, type Api } from "./api.ts";
import { kubeGet } from "./kubeapi.ts";

let api: Api;

beforeAll(async () => {
  api = await startApi();
}, 120_000);

afterAll(() => api.stop());

describe("an API server alone", () => {
  test("is ready within seconds", () => {
    expect(api.seconds).toBeLessThan(30);
  });

  test("lets its administrator read everything and a stranger nothing", async () => {
    expect((await kubeGet(api.kubeconfig, "/api/v1/secrets")).status).toBe(200);
    const asStranger = { headers: { "Impersonate-User": "stranger" } };
    expect((await kubeGet(api.kubeconfig, "/api/v1/secrets", asStranger)).status).toBe(403);
  });

  test("two run side by side, and a stopped one leaves no process and no folder", async () => {
    const other = await startApi();
    expect((await kubeGet(other.kubeconfig, "/readyz")).status).toBe(200);
    await other.stop();
    expect(existsSync(dirname(other.kubeconfig))).toBe(false);
    for (const pid of other.pids) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    expect((await kubeGet(api.kubeconfig, "/readyz")).status).toBe(200);
  }, 60_000);
});
