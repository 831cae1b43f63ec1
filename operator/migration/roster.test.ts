/** A component that is taken off the list, or whose target becomes another workload: the agent does not stay behind. */
import { describe, expect, test } from "@jest/globals";
import type { Manifest } from "../cluster/cluster.ts";
import { memoryCluster } from "../cluster/memory.ts";
import { AGENT_ANNOTATION } from "../injection/names.ts";
import { decide } from "./decide.ts";
import { workloads } from "./desired.ts";
import { survey, takeStock } from "./observe.ts";
import { roster } from "./roster.ts";
import { component, NOW, spec, status, world } from "./scenes.ts";
import {
  type ComponentStatus,
  GROUP,
  KIND,
  type Kind,
  type Phase,
  type Status,
  VERSION,
} from "./schema.ts";
import type { World } from "./types.ts";

const HASH = "0123456789";

const pod = { containers: [{ name: "app", image: "shop/app:1" }] };

const workload = (name: string, kind: Kind = "Deployment"): Manifest => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name, namespace: "shop", uid: name, generation: 1 },
  spec: {
    replicas: 1,
    selector: {},
    template: {
      metadata: { annotations: { [AGENT_ANNOTATION]: `lean@${HASH};container=app` } },
      spec: pod,
    },
  },
  status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
});

const proven = (name: string, kind: Kind = "Deployment"): ComponentStatus =>
  component({
    name,
    stage: "Instrumented",
    profile: "Lean",
    hash: HASH,
    target: { kind, name },
  });

const rival = (target: object): Manifest => ({
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  metadata: { name: "another", namespace: "shop", uid: "uid-2" },
  spec: { components: [{ name: "whatever", target }] },
});

interface Shop {
  /** Of each component of the resource, by name. */
  named: Record<string, string>;
  known: ComponentStatus[];
  others?: Manifest[];
  phase?: Phase;
}

const named = (names: Shop["named"]) =>
  spec({
    revalidate: "Never",
    components: Object.entries(names).map(([name, target]) => ({
      name,
      target: { name: target },
    })),
  });

/** What the operator would see of a shop with three workloads that all carry the agent. */
const look = async ({ named: names, known, others = [], phase }: Shop): Promise<World> => {
  const cluster = memoryCluster({ now: () => NOW });
  for (const object of [workload("api"), workload("web"), workload("store", "StatefulSet")])
    cluster.put(object);
  for (const object of others) cluster.put(object);
  const { migration } = world({
    spec: named(names),
    status: status({ phase: phase ?? "Instrumented", components: known }),
  });
  const inventory = await takeStock(migration, cluster);
  return survey(migration, inventory, {
    settings: { images: {} } as World["settings"],
    sources: { agent: "", trial: "", pulse: "" },
    now: () => NOW,
  });
};

/** The world after a look. */
const next = (before: World): World => ({
  ...before,
  migration: { ...before.migration, status: decide(before).status },
});

const freed = (after: World): string[] =>
  workloads(after)
    .filter(({ manifest, due }) => due && manifest.spec === undefined)
    .map(({ manifest }) => `${manifest.kind}/${manifest.metadata.name}`);

const stages = ({ components }: Status): string[] =>
  components.map(({ name, stage, reason }) => `${name} ${stage} ${reason}`);

describe("a component that is off the list", () => {
  test.each<[Kind, string]>([
    ["Deployment", "web"],
    ["StatefulSet", "store"],
  ])("of kind %s gives the agent back, and the phase stays", async (kind, name) => {
    const after = next(
      await look({ named: { api: "api" }, known: [proven("api"), proven(name, kind)] }),
    );
    expect(freed(after)).toEqual([`${kind}/${name}`]);
    expect(stages(after.migration.status)[1]).toBe(`${name} TakingBack Unlisted`);
    expect(after.migration.status).toMatchObject({
      phase: "Instrumented",
      next: { reason: "Unlisted" },
    });
  });

  test("is forgotten once its workload is plain, and not before", async () => {
    const known = [proven("api"), { ...proven("web"), stage: "TakingBack" as const, hash: "" }];
    const before = await look({ named: { api: "api" }, known });
    const [api, web] = before.components;
    if (!api || !web?.rollout) throw new Error("there are two components");
    const { rollout } = web;
    const when = (difference: Partial<typeof rollout>) =>
      decide({ ...before, components: [api, { ...web, rollout: { ...rollout, ...difference } }] });
    const waits = when({ asked: undefined, injectedPods: ["web-1"] });
    expect(stages(waits.status)).toHaveLength(2);
    expect(waits.requeueSeconds).toBeLessThan(10);
    // The operator has died between the status and the workload.
    expect(stages(when({}).status)).toHaveLength(2);
    expect(stages(when({ asked: undefined }).status)).toHaveLength(1);
  });

  test("is not forgotten either while a workload asks for the agent that should not any more", async () => {
    const taken = component({
      name: "web",
      stage: "TakenBack",
      target: { kind: "Deployment", name: "web" },
    });
    const after = next(await look({ named: { api: "api" }, known: [proven("api"), taken] }));
    expect(stages(after.migration.status)[1]).toBe("web TakingBack Unlisted");
    expect(freed(after)).toEqual(["Deployment/web"]);
  });

  test("of which nothing was begun is forgotten at once", async () => {
    const held = component({
      name: "web",
      stage: "Held",
      target: { kind: "Deployment", name: "gone" },
    });
    const after = next(await look({ named: { api: "api" }, known: [proven("api"), held] }));
    expect(stages(after.migration.status)).toHaveLength(1);
    expect(freed(after)).toEqual([]);
  });

  test("leaves its workload to a resource that names it", async () => {
    const shop = { named: { api: "api" }, known: [proven("api"), proven("web")] };
    const after = next(await look({ ...shop, others: [rival({ name: "web" })] }));
    expect(freed(after)).toEqual([]);
    expect(stages(next(after).migration.status)).toHaveLength(1);
    const elsewhere = next(
      await look({ ...shop, others: [rival({ kind: "StatefulSet", name: "web" })] }),
    );
    expect(freed(elsewhere)).toEqual(["Deployment/web"]);
  });

  test("lets no phase be reached before it is plain", async () => {
    const known = [proven("api"), { ...proven("web"), stage: "TakingBack" as const, hash: "" }];
    const { components, ...before } = await look({
      named: { api: "api" },
      known,
      phase: "Alongside",
    });
    const busy = components.map((seen) => ({
      ...seen,
      rollout: seen.rollout && { ...seen.rollout, injectedPods: ["pod"] },
    }));
    expect(decide({ ...before, components: busy }).status.phase).toBe("Alongside");
  });
});

describe("a component with another target", () => {
  test("gives the agent of the old one back before it begins with the new one", async () => {
    const after = next(await look({ named: { api: "web" }, known: [proven("api")] }));
    expect(freed(after)).toEqual(["Deployment/api"]);
    expect(stages(after.migration.status)).toEqual(["api TakingBack Unlisted"]);
    const { components, ...before } = await look({
      named: { api: "web" },
      known: after.migration.status.components,
    });
    const plain = components.map((seen) => ({
      ...seen,
      rollout: seen.rollout && { ...seen.rollout, asked: undefined, injectedPods: [] },
    }));
    const { status: done } = decide({ ...before, components: plain });
    expect(stages(done)).toEqual(["api Waiting Plain"]);
    const begun = next(await look({ named: { api: "web" }, known: done.components }));
    expect(begun.migration.status.components[0]).toMatchObject({
      stage: "Preflight",
      target: { kind: "Deployment", name: "web" },
    });
  });

  test("has one when only the container is another", () => {
    const known = {
      ...proven("api"),
      target: { kind: "Deployment" as const, name: "api", container: "a" },
    };
    const one = { spec: named({ api: "api" }), status: status({ components: [known] }) };
    expect(roster(one).map(({ leaves }) => leaves)).toEqual([true]);
    const same = { ...one, status: status({ components: [proven("api")] }) };
    expect(roster(same).map(({ leaves }) => leaves)).toEqual([false]);
  });
});

describe("a phase that is held", () => {
  test("is not settled while a component that was added is not where it shall be", async () => {
    const { status: now, requeueSeconds } = decide(
      await look({ named: { api: "api", web: "web" }, known: [proven("api")] }),
    );
    expect(now).toMatchObject({ phase: "Instrumented", next: { reason: "Started" } });
    expect(now.conditions.find(({ type }) => type === "Ready")?.status).toBe("False");
    expect(requeueSeconds).toBeLessThan(10);
  });

  test("is settled when all are", async () => {
    const { status: now } = decide(await look({ named: { api: "api" }, known: [proven("api")] }));
    expect(now.next?.reason).toBe("Settled");
    expect(now.conditions.find(({ type }) => type === "Ready")?.status).toBe("True");
  });
});

test("a component of another name waits until the former one has left the workload", async () => {
  const leaving = { ...proven("web"), stage: "TakingBack" as const, reason: "Unlisted", hash: "" };
  const shop = await look({ named: { storefront: "web" }, known: [leaving] });
  const components = shop.components.map((one) => ({ ...one, refusals: [] }));
  expect(stages(next({ ...shop, components }).migration.status)).toEqual([
    "storefront Waiting Queued",
    "web TakingBack Unlisted",
  ]);
});
