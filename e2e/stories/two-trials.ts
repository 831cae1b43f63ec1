/** Two migrations whose trials want the same node: one measures, the other waits with nothing running, and both get a verdict. */
import assert from "node:assert/strict";
import type { ComponentStatus } from "../../operator/migration/schema.ts";
import { installPatient } from "../kit/install.ts";
import { get, kubectl, type Tools } from "../kit/kubectl.ts";
import { PIPELINE, type Place, readStatus, setTarget, teller } from "../kit/migration.ts";
import { podsOf, TWINS, workers } from "../kit/nodes.ts";
import { installOrders, ORDERS, ordersMigration } from "../kit/orders.ts";
import {
  applyResource,
  back,
  endMigration,
  reach,
  type Resource,
  roomy,
  sample,
  type Stage,
  type Story,
} from "../kit/story.ts";
import { until } from "../kit/wait.ts";

interface Side {
  place: Place;
  /** The component that is measured. */
  name: string;
  resource: () => Promise<Resource>;
}

const SIDES: Side[] = [
  { place: PIPELINE, name: "llm-gateway", resource: sample },
  { place: ORDERS, name: "orders", resource: ordersMigration },
];

/** Alone, and not measured before the other one is as far. */
const begin = async (tools: Tools, { name, resource }: Side): Promise<void> => {
  const { spec, ...rest } = roomy(await resource());
  const components = spec.components.filter((component) => component["name"] === name);
  await applyResource(tools, { ...rest, spec: { ...spec, target: "Alongside", components } });
};

/** What a component's pods, and so its twins, are bound to. */
const bind = async (tools: Tools, { place, name }: Side, node: string | null): Promise<void> => {
  const spec = { nodeSelector: { "kubernetes.io/hostname": node } };
  const patch = JSON.stringify({ spec: { template: { spec } } });
  const deployment = ["-n", place.namespace, `deployment/${name}`];
  await kubectl(tools, ["patch", ...deployment, "-p", patch]);
  await kubectl(tools, ["rollout", "status", ...deployment, "--timeout=120s"], { seconds: 130 });
};

const componentOf = async (tools: Tools, { place, name }: Side) =>
  (await readStatus(tools, place))?.components.find((component) => component.name === name);

const isBusy = (status: ComponentStatus | undefined): boolean =>
  status?.stage === "Trial" && status.reason === "NodeBusy";

/** The one that has to wait, and what it says. */
const waiting = (tools: Tools): Promise<{ side: Side; message: string }> =>
  until({ what: "a trial that waits for its node", seconds: 120, everyMs: 300 }, async () => {
    for (const side of SIDES) {
      const status = await componentOf(tools, side);
      if (status && isBusy(status)) return { side, message: status.message };
    }
    return undefined;
  });

/** Loads of trials that are there at this moment, in all namespaces. */
const loads = async (tools: Tools): Promise<number> => {
  const list = await get<{ items: unknown[] }>(tools, [
    "jobs",
    "-A",
    "-l",
    "flashcard-otel.dev/role=load",
  ]);
  return list?.items.length ?? 0;
};

/** Waits until both are through; the most loads that were seen at one moment. */
const mostLoads = async ({ tools, say }: Stage): Promise<number> => {
  const tell = SIDES.map(() => teller(say));
  let most = 0;
  await until({ what: "both being instrumented", seconds: 600, everyMs: 1000 }, async () => {
    most = Math.max(most, await loads(tools));
    const all = await Promise.all(SIDES.map(({ place }) => readStatus(tools, place)));
    all.forEach((status, nth) => status && tell[nth]?.(status));
    return all.every((status) => status?.phase === "Instrumented");
  });
  return most;
};

const measureBoth = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  for (const side of SIDES) await begin(tools, side);
  for (const { place: at } of SIDES) await reach(stage, { target: "Alongside", seconds: 400, at });

  for (const { place } of SIDES) await setTarget(tools, "Instrumented", place);
  const { side, message } = await waiting(tools);
  say(`${side.name} ${message}`);
  assert.deepEqual(await podsOf(tools, TWINS, side.place.namespace), []);
  assert.equal(await mostLoads(stage), 1);
  for (const one of SIDES) {
    const verdict = (await componentOf(tools, one))?.verdict;
    say(`${one.name}: ${verdict?.message}`);
    assert.equal(verdict?.verdict, "Passed");
  }
};

const play = async (stage: Stage): Promise<void> => {
  const { tools } = stage;
  const [node = ""] = await workers(tools);
  for (const side of SIDES) await bind(tools, side, node);
  try {
    await measureBoth(stage);
    for (const { place } of SIDES) {
      await back(stage, place);
      await endMigration(stage, place);
    }
  } finally {
    for (const side of SIDES) await bind(tools, side, null);
  }
};

export const twoTrials: Story = {
  name: "two-trials",
  promise:
    "of two trials that want one node one measures, and the other waits with nothing running",
  patient: async (tools, images) => {
    await installPatient(tools, images);
    await installOrders(tools, images);
  },
  play,
};
