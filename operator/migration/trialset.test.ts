/** When there is a load, and whose Leases stay. */
import { describe, expect, test } from "@jest/globals";
import type { Manifest } from "../cluster/cluster.ts";
import { nodeLease } from "../trial/node.ts";
import { component, NOW, seen, status, world } from "./scenes.ts";
import { claims, trialManifests, unclaimed } from "./trialset.ts";
import type { TrialWorld, World } from "./types.ts";

const NODE = "node-1";
const ATTEMPT = "a1b2c3d4e5";
const HOME = "flashcard-otel";

const deployment: Manifest = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "api", namespace: "shop" },
  spec: {
    template: {
      spec: {
        containers: [
          {
            name: "app",
            image: "app:1",
            ports: [{ containerPort: 8080 }],
            readinessProbe: { httpGet: { path: "/readyz", port: 8080 } },
          },
        ],
      },
    },
  },
};

interface Twin {
  node?: string;
  ready?: boolean;
  dying?: boolean;
}

const twin = (name: string, { node = NODE, ready = true, dying = false }: Twin = {}): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, ...(dying ? { deletionTimestamp: NOW.toISOString() } : {}) },
  spec: { nodeName: node },
  status: {
    podIP: "10.0.0.1",
    conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
  },
});

const trial = (difference: Partial<TrialWorld> = {}): TrialWorld => ({
  attempt: ATTEMPT,
  plain: twin("plain"),
  injected: twin("injected"),
  node: { name: NODE, lease: "Held" },
  refused: undefined,
  job: undefined,
  jobPod: undefined,
  evidence: "",
  verdict: undefined,
  ...difference,
});

const worldWith = (difference: Partial<TrialWorld>, leases: Manifest[] = []): World =>
  world({
    status: status({
      phase: "Alongside",
      components: [component({ stage: "Trial", profile: "Lean", attempt: ATTEMPT })],
    }),
    components: [seen({ deployment, trial: trial(difference) })],
    world: {
      leases,
      settings: { images: { operator: "operator:1", k6: "k6:1" }, namespace: HOME } as never,
    },
  });

const kindsIn = (difference: Partial<TrialWorld>): string[] => {
  const at = worldWith(difference);
  return at.components.flatMap((one) => trialManifests(at, one)).map(({ kind }) => kind);
};

const MADE = ["ConfigMap", "ConfigMap", "Service", "Pod", "Pod"];
const taken = { name: NODE, lease: "Taken", by: "web of other/pipeline" } as const;

describe("what there is of a trial", () => {
  test.each<[string, Partial<TrialWorld>, string[]]>([
    ["both twins are ready on the node it has", {}, [...MADE, "Job"]],
    ["no node is chosen yet", { node: undefined }, MADE],
    ["the node is about to be taken", { node: { name: NODE, lease: "Free" } }, MADE],
    ["the node is another trial's", { node: taken }, []],
    ["a twin is not ready", { injected: twin("injected", { ready: false }) }, MADE],
    ["a twin is on its way out", { plain: twin("plain", { dying: true }) }, MADE],
    ["the twins are apart", { injected: twin("injected", { node: "node-2" }) }, MADE],
    ["what was seen is of the attempt before", { attempt: "0123456789" }, MADE],
  ])("while %s", (_when, difference, kinds) => {
    expect(kindsIn(difference)).toEqual(kinds);
  });
});

const leaseOf = (holder: Partial<Record<"namespace" | "name" | "attempt", string>>, node = NODE) =>
  nodeLease(
    {
      migration: world().migration,
      holder: {
        namespace: "shop",
        name: "pipeline",
        component: "api",
        attempt: ATTEMPT,
        ...holder,
      },
      node,
    },
    { namespace: HOME, now: NOW },
  );

describe("Leases", () => {
  test("of a node that is free and of one that it has are wanted, as long as they are the attempt's", () => {
    expect(claims(worldWith({ node: { name: NODE, lease: "Free" } }))).toEqual([leaseOf({})]);
    const present = leaseOf({});
    expect(claims(worldWith({}, [present]))).toEqual([present]);
    expect(claims(worldWith({ node: taken }))).toEqual([]);
    expect(claims(worldWith({ attempt: "0123456789" }))).toEqual([]);
  });

  const later = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);

  test.each<[string, Manifest, Date, boolean]>([
    ["its own, in use", leaseOf({}), NOW, false],
    ["its own, of another node", leaseOf({}, "node-2"), NOW, true],
    ["its own, of another attempt", leaseOf({ attempt: "0123456789" }, "node-2"), NOW, true],
    ["another resource's", leaseOf({ name: "other" }, "node-2"), NOW, false],
    ["one of that name elsewhere", leaseOf({ namespace: "other" }, "node-2"), NOW, false],
    ["another resource's, expired", leaseOf({ name: "other" }, "node-2"), later(81), true],
  ])("are given back or not: %s", (_which, lease, now, isLeft) => {
    const at = { ...worldWith({}, [lease]), now };
    expect(unclaimed(at)).toEqual(isLeft ? [lease] : []);
  });
});
