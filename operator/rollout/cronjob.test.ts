import { describe, expect, test } from "@jest/globals";
import type { Manifest } from "../cluster/cluster.ts";
import { AGENT_ANNOTATION, INJECTED_ANNOTATION } from "../injection/names.ts";
import { observeRollout } from "./observe.ts";

const NOW = new Date("2026-01-02T03:04:05Z");
const ago = (seconds: number): string => new Date(NOW.getTime() - seconds * 1000).toISOString();
const MARK = "lean@0123456789";

const template = (asks: boolean) => ({
  metadata: asks ? { annotations: { [AGENT_ANNOTATION]: MARK } } : {},
  spec: { containers: [] },
});

const owned = (uid: string) => ({
  ownerReferences: [{ apiVersion: "batch/v1", kind: "Owner", name: "o", uid, controller: true }],
});

const cronJob = (asks = true): Manifest => ({
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "nightly", uid: "cron-1" },
  spec: { template: template(asks) },
});

const run = (name: string, { asks = true, end = "", began = 60 } = {}): Manifest => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name, uid: name, ...owned("cron-1") },
  spec: { template: template(asks) },
  status: {
    startTime: ago(began),
    conditions: end === "" ? [] : [{ type: end, status: "True" }],
  },
});

const pod = (of: string, { phase = "Running", injected = true } = {}): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: `${of}-x`,
    annotations: { [AGENT_ANNOTATION]: MARK, ...(injected ? { [INJECTED_ANNOTATION]: MARK } : {}) },
    ...owned(of),
  },
  status: { phase },
});

const look = (jobs: Manifest[], pods: Manifest[] = [], { asks = true, since = 3600 } = {}) =>
  observeRollout(
    cronJob(asks),
    { replicaSets: [], pods, jobs },
    { now: NOW, since: new Date(NOW.getTime() - since * 1000) },
  );

describe("a CronJob's rollout", () => {
  test("is complete with a run that has the agent and ended well", () => {
    expect(look([run("a", { end: "Complete" })]).complete).toBe(true);
  });

  test.each([
    ["no run", []],
    ["a run that is going on", [run("a")]],
    ["a plain run", [run("a", { asks: false, end: "Complete" })]],
    ["a run of an earlier attempt", [run("a", { end: "Complete", began: 7200 })]],
    ["somebody else's run", [{ ...run("a", { end: "Complete" }), metadata: { name: "a" } }]],
  ])("is not complete with %s", (_what, jobs) => {
    expect(look(jobs).complete).toBe(false);
  });

  test("a CronJob that asks for nothing is plain as soon as no run carries the agent", () => {
    expect(look([run("a")], [pod("a")], { asks: false })).toMatchObject({
      complete: true,
      injectedPods: ["a-x"],
    });
    expect(
      look([run("a")], [pod("a", { phase: "Succeeded" })], { asks: false }).injectedPods,
    ).toEqual([]);
  });

  test("a run that slipped past the webhook is seen after its end", () => {
    const pods = [pod("a", { phase: "Succeeded", injected: false })];
    expect(look([run("a", { end: "Complete" })], pods).plainPods).toEqual(["a-x"]);
  });
});

describe("a failed run", () => {
  const plain = (end: string) => run("before", { asks: false, end, began: 600 });

  test("is the agent's doing when the plain one before it ended well", () => {
    expect(look([run("a", { end: "Failed" }), plain("Complete")]).failing).toMatchObject([
      { pod: "a", reason: "RunFailed" },
    ]);
  });

  test.each([
    ["that failed like the plain one before it", [plain("Failed"), run("a", { end: "Failed" })]],
    [
      "after a good one with the agent",
      [run("a", { end: "Complete" }), run("b", { end: "Failed", began: 5 })],
    ],
  ])("%s is not", (_what, jobs) => {
    expect(look(jobs).failing).toEqual([]);
  });
});
