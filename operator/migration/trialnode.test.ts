/** Whose node it is, as far as an attempt can tell. */
import { expect, test } from "@jest/globals";
import type { Manifest } from "../cluster/cluster.ts";
import { memoryCluster } from "../cluster/memory.ts";
import { nodeLease } from "../trial/node.ts";
import type { TrialSubject } from "./observe.ts";
import { component, NOW, status, world } from "./scenes.ts";
import { type ComponentStatus, GROUP, KIND, VERSION } from "./schema.ts";
import { observeNode } from "./trialnode.ts";

const NODE = "node-1";
const { migration } = world();

const OTHER = { namespace: "other", name: "pipeline", component: "web", attempt: "b1" };
const MINE = { namespace: "shop", name: "pipeline", component: "api", attempt: "a1" };

const leaseOf = (holder: typeof OTHER): Manifest =>
  nodeLease({ migration, holder, node: NODE }, { namespace: "home", now: NOW });

interface Scene {
  lease?: Manifest;
  /** Of the other resource's component; there is no such resource when absent. */
  other?: Partial<ComponentStatus>;
  namespaces?: string[];
  minutes?: number;
}

const seen = async ({ lease, other, namespaces = [], minutes = 0 }: Scene) => {
  const cluster = memoryCluster();
  if (other)
    cluster.put({
      apiVersion: `${GROUP}/${VERSION}`,
      kind: KIND,
      metadata: { namespace: "other", name: "pipeline" },
      status: status({ components: [component({ name: "web", ...other })] }),
    });
  const subject = { migration, status: component({ attempt: "a1" }), leases: lease ? [lease] : [] };
  return observeNode(subject as unknown as TrialSubject, NODE, {
    cluster,
    settings: { namespaces } as never,
    now: () => new Date(NOW.getTime() + minutes * 60_000),
  });
};

const measuring = { stage: "Trial", attempt: "b1" } as const;

test.each<[string, Scene, string]>([
  ["nobody has asked for it", {}, "Free"],
  ["it is the attempt's own", { lease: leaseOf(MINE), minutes: 999 }, "Held"],
  ["another attempt measures", { lease: leaseOf(OTHER), other: measuring }, "Taken"],
  ["it was an earlier attempt's", { lease: leaseOf({ ...MINE, attempt: "a0" }) }, "Free"],
  ["its holder is gone", { lease: leaseOf(OTHER) }, "Free"],
  [
    "its holder tries another time",
    { lease: leaseOf(OTHER), other: { ...measuring, attempt: "b2" } },
    "Free",
  ],
  [
    "its holder rolls out",
    { lease: leaseOf(OTHER), other: { ...measuring, stage: "RollingOut" } },
    "Free",
  ],
  // Twins live for 40 minutes with a budget of 30.
  ["twins may live on", { lease: leaseOf(OTHER), other: measuring, minutes: 79 }, "Taken"],
  ["no twin can live any more", { lease: leaseOf(OTHER), other: measuring, minutes: 81 }, "Free"],
  [
    "its holder may not be read any more",
    { lease: leaseOf(OTHER), namespaces: ["shop"], minutes: 79 },
    "Taken",
  ],
  [
    "its holder may not be read, and its time is over",
    { lease: leaseOf(OTHER), namespaces: ["shop"], minutes: 81 },
    "Free",
  ],
])("%s", async (_what, scene, lease) => {
  expect(await seen(scene)).toMatchObject({ name: NODE, lease });
});

test("a node of the longest name has a Lease, and another node another one", () => {
  const nameFor = (node: string): string =>
    nodeLease({ migration, holder: MINE, node }, { namespace: "home", now: NOW }).metadata.name;
  const [long, longer] = ["n".repeat(252), "n".repeat(253)];
  expect(nameFor(longer).length).toBeLessThanOrEqual(253);
  expect(nameFor(long)).not.toBe(nameFor(longer));
});
