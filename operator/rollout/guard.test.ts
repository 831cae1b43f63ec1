import { describe, expect, test } from "@jest/globals";
import type { Manifest } from "../cluster/cluster.ts";
import { INJECTED_ANNOTATION } from "../injection/names.ts";
import type { SignalSpec } from "../migration/schema.ts";
import { readingOf, sentence, sidesOf } from "./guard.ts";

const NOW = new Date("2026-01-02T03:04:05Z");
const ago = (seconds: number): string => new Date(NOW.getTime() - seconds * 1000).toISOString();

const signal = (difference: Partial<SignalSpec> = {}): SignalSpec => ({
  name: "errors",
  query: "errors",
  worse: "Higher",
  tolerancePercent: 50,
  atLeast: 0.1,
  podLabel: "pod",
  ...difference,
});

const sample = (pod: string, value: number) => ({ labels: { pod }, value });
const sides = { fresh: ["new-1", "new-2"], old: ["old-1", "old-2", "old-3"] };
const compare = (fresh: number[], old: number[], difference: Partial<SignalSpec> = {}) =>
  readingOf(
    signal(difference),
    [
      ...fresh.map((value, nth) => sample(`new-${nth + 1}`, value)),
      ...old.map((value, nth) => sample(`old-${nth + 1}`, value)),
      sample("stranger", 1000),
    ],
    sides,
  );

describe("a reading", () => {
  test("is the median of each side, whatever one pod says", () => {
    expect(compare([1], [1, 1, 99])).toEqual({
      signal: "errors",
      fresh: 1,
      old: 1,
      regressed: false,
    });
  });

  test.each([
    ["worse by more than is tolerated", [1.6], [1, 1, 1], {}, true],
    ["worse by as much as is tolerated", [1.5], [1, 1, 1], {}, false],
    ["better", [0.2], [1, 1, 1], {}, false],
    ["worse by too little to mean anything", [0.09], [0, 0, 0], {}, false],
    ["worse where there was nothing before", [0.2], [0, 0, 0], {}, true],
    ["lower where lower is worse", [0.4], [1, 1, 1], { worse: "Lower" as const }, true],
    ["a little lower where lower is worse", [0.6], [1, 1, 1], { worse: "Lower" as const }, false],
    ["higher where lower is worse", [9], [1, 1, 1], { worse: "Lower" as const }, false],
    ["worse below zero", [-0.4], [-1, -1, -1], {}, true],
  ])("%s", (_what, fresh, old, difference, regressed) => {
    expect(compare(fresh, old, difference)?.regressed).toBe(regressed);
  });

  test.each([
    ["no new pod has a value", [], [1]],
    ["no old pod has one", [1], []],
    ["a value is none", [Number.NaN], [1]],
  ])("is none while %s", (_what, fresh, old) => {
    expect(compare(fresh, old)).toBeUndefined();
  });

  test("finds pods by the label that the signal names", () => {
    const samples = [
      { labels: { instance: "new-1" }, value: 3 },
      { labels: { instance: "old-1" }, value: 1 },
    ];
    expect(readingOf(signal({ podLabel: "instance" }), samples, sides)?.fresh).toBe(3);
  });

  test("is told with its numbers", () => {
    const reading = { signal: "errors", fresh: 0.33333, old: 0, regressed: true };
    expect(sentence(reading)).toBe(
      "errors is 0.333 on the new pods and 0 on the old ones beside them",
    );
  });
});

describe("the pods that are compared", () => {
  const pod = (
    name: string,
    { mark = "", ready = true, since = 60, deleted = false } = {},
  ): Manifest => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      ...(mark ? { annotations: { [INJECTED_ANNOTATION]: mark } } : {}),
      ...(deleted ? { deletionTimestamp: ago(1) } : {}),
    },
    status: {
      conditions: [
        { type: "Ready", status: ready ? "True" : "False", lastTransitionTime: ago(since) },
      ],
    },
  });
  const between = (...pods: Manifest[]) => sidesOf(pods, { hash: "h1", now: NOW, soakSeconds: 20 });

  test("are warm ones with the agent, and ready ones without it or with another", () => {
    expect(
      between(
        pod("new", { mark: "lean@h1", since: 10 }),
        pod("plain"),
        pod("before", { mark: "lean@h0" }),
      ),
    ).toEqual({ fresh: ["new"], old: ["plain", "before"] });
  });

  test.each([
    ["young", { mark: "lean@h1", since: 9 }],
    ["not ready", { mark: "lean@h1", ready: false }],
    ["on its way out", { mark: "lean@h1", deleted: true }],
  ])("are none that is %s", (_what, difference) => {
    expect(between(pod("new", difference)).fresh).toEqual([]);
  });

  test("an old one that is not ready says nothing", () => {
    expect(between(pod("plain", { ready: false }), pod("gone", { deleted: true })).old).toEqual([]);
  });
});
