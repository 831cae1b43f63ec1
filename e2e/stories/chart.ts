/** The chart's life: values that are refused, install, test, an upgrade in the middle of a rollout, uninstall. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { root } from "../../tools/run.ts";
import { CHART, installProduct, PRODUCT } from "../kit/install.ts";
import { get, helm, kubectl } from "../kit/kubectl.ts";
import { readStatus, teller } from "../kit/migration.ts";
import { installOrders, ORDERS, ordersMigration } from "../kit/orders.ts";
import { NEW_FIELD, previousChart, previousOperator, specFields } from "../kit/previous.ts";
import {
  applyResource,
  endMigration,
  type Stage,
  type Story,
  withoutTrials,
} from "../kit/story.ts";
import { until } from "../kit/wait.ts";

const AT = ["--namespace", PRODUCT];
const DEFINITION = "flashcardtelemetries.flashcard-otel.dev";

const refusals: Record<string, RegExp> = {
  "image=x": /additional properties 'image' not allowed/i,
  "images.operator=": /npm run images -- --push REGISTRY/,
  "webhook.timeoutSeconds=99": /timeoutSeconds/,
  "controller.replicas=none": /replicas/,
  "registry=https://registry.example": /registry/,
};

const refuses = async ({ tools, say }: Stage): Promise<void> => {
  for (const [value, says] of Object.entries(refusals)) {
    const args = ["upgrade", PRODUCT, join(root, CHART), ...AT, "--reuse-values", "--set", value];
    await assert.rejects(helm(tools, args), says);
    say(`--set ${value} is refused`);
  }
};

const uninstall = async ({ tools, say }: Stage): Promise<void> => {
  await helm(tools, ["uninstall", PRODUCT, ...AT, "--wait"], { seconds: 330 });
  const kinds =
    "deployments,pods,services,serviceaccounts,clusterroles,clusterrolebindings,roles,rolebindings,mutatingwebhookconfigurations,validatingadmissionpolicies,priorityclasses";
  await until({ what: "everything of the chart being gone", seconds: 60 }, async () => {
    const selector = `app.kubernetes.io/instance=${PRODUCT}`;
    const left = await kubectl(tools, ["get", kinds, "-A", "-l", selector, "-o", "name"]);
    return left.trim() === "";
  });
  await kubectl(tools, ["get", "crd", DEFINITION]);
  say("uninstalled: nothing of the chart is left but the definition");
};

const test = async ({ tools, say }: Stage): Promise<void> => {
  const said = await helm(tools, ["test", PRODUCT, ...AT, "--logs", "--timeout", "2m"], {
    seconds: 150,
  });
  const lines = said.split("\n").filter((line) => /^(?:ok|FAILED) {2}/.test(line));
  for (const line of lines) say(`helm test: ${line}`);
  assert.equal(lines.length, 4);
};

const fields = async ({ tools }: Stage): Promise<string[]> => {
  const definition = await get<Parameters<typeof specFields>[0]>(tools, ["crd", DEFINITION]);
  assert.ok(definition);
  return Object.keys(specFields(definition));
};

/** One component carries the old agent, the next one is under way; what they carry, or are about to. */
const midway = async ({ tools, say }: Stage): Promise<Set<string | undefined>> => {
  const tell = teller(say);
  const what = { what: "the second component rolling out", seconds: 240, everyMs: 200 };
  return until(what, async () => {
    const status = await readStatus(tools, ORDERS);
    if (status) tell(status);
    const [first, second] = status?.components ?? [];
    return (
      first?.stage === "Instrumented" &&
      second?.stage === "RollingOut" &&
      new Set([first.hash, second.hash])
    );
  });
};

const upgrade = async (stage: Stage): Promise<void> => {
  const { tools, images, say } = stage;
  const image = `images.operator=${images["operator"] ?? ""}`;
  const args = ["upgrade", PRODUCT, join(root, CHART), ...AT, "--reset-then-reuse-values"];
  await helm(tools, [...args, "--set-string", image, "--wait", "--timeout", "3m"], {
    seconds: 200,
  });
  assert.ok((await fields(stage)).includes(NEW_FIELD));
  say(`upgraded; the definition has ${NEW_FIELD} now`);
};

const renewed = async ({ tools, say }: Stage, old: Set<string | undefined>): Promise<void> => {
  const tell = teller(say);
  await until({ what: "every component carrying the new agent", seconds: 420 }, async () => {
    const status = await readStatus(tools, ORDERS);
    if (status) tell(status);
    return status?.components.every(
      ({ stage, hash }) => stage === "Instrumented" && !old.has(hash),
    );
  });
};

const play = async (stage: Stage): Promise<void> => {
  const { tools, images, say } = stage;
  await refuses(stage);
  await uninstall(stage);
  const previous = await previousOperator();
  await stage.load([previous]);
  await installProduct(tools, { ...images, operator: previous.ref }, await previousChart());
  assert.ok(!(await fields(stage)).includes(NEW_FIELD));
  await test(stage);
  const resource = withoutTrials(await ordersMigration());
  await applyResource(tools, { ...resource, spec: { ...resource.spec, target: "Instrumented" } });
  const old = await midway(stage);
  say("upgrading in the middle of a rollout");
  await upgrade(stage);
  await test(stage);
  await renewed(stage, old);
  await endMigration(stage, ORDERS);
  await uninstall(stage);
  await installProduct(tools, images);
};

export const chart: Story = {
  name: "chart",
  promise:
    "the chart installs, tests itself, is upgraded mid-migration without a failed request, and goes",
  patient: installOrders,
  play,
};
