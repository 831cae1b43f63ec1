import { expect, test } from "@jest/globals";
import { pino } from "pino";
import { INJECTED_ANNOTATION } from "../injection/names.ts";
import { observeGuard } from "./guarding.ts";
import type { Subject } from "./observe.ts";
import { ago, component, NOW, seen, spec, world } from "./scenes.ts";

const asking = spec({
  legacy: { prometheus: { url: "http://old:9090" } },
  components: [
    {
      name: "api",
      target: { name: "api" },
      signals: [
        { name: "errors", query: "errors" },
        { name: "refused", query: "refused" },
      ],
    },
  ],
});

const workload = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "api", uid: "d" } };
const ownedBy = (uid: string) => [
  { apiVersion: "v1", kind: "X", name: "x", uid, controller: true },
];
const pod = (name: string, mark?: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name,
    ownerReferences: ownedBy("rs"),
    ...(mark ? { annotations: { [INJECTED_ANNOTATION]: mark } } : {}),
  },
  status: { conditions: [{ type: "Ready", status: "True", lastTransitionTime: ago(300) }] },
});
const set = {
  apiVersion: "apps/v1",
  kind: "ReplicaSet",
  metadata: { name: "rs", uid: "rs", ownerReferences: ownedBy("d") },
};

const subject = (pods = [pod("new", "lean@h"), pod("old")]): Subject =>
  ({
    ...seen(),
    migration: world({ spec: asking }).migration,
    spec: asking.components[0],
    status: component({ stage: "RollingOut", hash: "h" }),
    deployment: workload,
    inventory: { pods, replicaSets: [set], jobs: [] },
  }) as unknown as Subject;

/** Errors are told by pod; the other signal is one that Prometheus refuses. */
const questions: string[] = [];
const deps = {
  fetch: (async (address: string, init?: { body?: URLSearchParams }) => {
    const query = init?.body?.get("query") ?? "";
    questions.push(`${new URL(address).host} ${query}`);
    if (query === "refused")
      return Response.json({ status: "error", error: "parse error" }, { status: 400 });
    const result = [
      { metric: { pod: "new" }, value: [0, "3"] },
      { metric: { pod: "old" }, value: [0, "1"] },
    ];
    return Response.json({ status: "success", data: { resultType: "vector", result } });
  }) as unknown as typeof fetch,
  now: () => NOW,
  log: pino({ level: "silent" }),
};

test("signals are asked of the old Prometheus; one that cannot be asked says nothing", async () => {
  expect(await observeGuard(subject(), deps)).toEqual([
    { signal: "errors", fresh: 3, old: 1, regressed: true },
  ]);
  expect(questions.toSorted()).toEqual(["old:9090 errors", "old:9090 refused"]);
});

test("without new and old pods beside each other nothing is asked", async () => {
  questions.length = 0;
  expect(await observeGuard(subject([pod("new", "lean@h")]), deps)).toEqual([]);
  expect(questions).toEqual([]);
});
