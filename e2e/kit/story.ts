/** What a story gets to work with, and how it says what it saw. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { downtimeSentence } from "../../operator/migration/downtime.ts";
import { root } from "../../tools/run.ts";
import type { Images } from "./install.ts";
import { get, kubectl, type Tools } from "./kubectl.ts";
import type { Provided } from "./provide.ts";
import {
  follow,
  type Journey,
  NAMESPACE,
  PIPELINE,
  type Place,
  readStatus,
  setTarget,
  teller,
} from "./migration.ts";
import { until } from "./wait.ts";

export interface Stage {
  tools: Tools;
  images: Images;
  load: Provided["load"];
  /** Of the only node, where the provider can end it. */
  kubelet: Provided["kubelet"];
  say: (line: string) => void;
  /** Told once per migration: what the pulse saw through all of it. */
  pulse: (seen: Pulse) => void;
}

/** Requests sent and failed, and the longest time without an answer. */
export type Pulse = Record<"sent" | "failed" | "longestGapMs", number>;

export interface Story {
  name: string;
  /** What a reader learns from it, in one sentence. */
  promise: string;
  /** Installs the services that it migrates; the flashcard pipeline when absent. */
  patient?: (tools: Tools, images: Images) => Promise<unknown>;
  /** For ordinary pods; one if it is not said. */
  nodes?: number;
  /** Ends the kubelet: for providers that can. */
  kubelet?: boolean;
  play: (stage: Stage) => Promise<void>;
}

export interface Resource {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string };
  spec: Record<string, unknown> & { components: Record<string, unknown>[] };
}

/** The demo's resource, as a starting point: a story changes what it is about. */
export const sample = async (): Promise<Resource> =>
  parse(await readFile(join(root, "manifests", "samples", "flashcards.yaml"), "utf8")) as Resource;

const skipTrial = (component: Record<string, unknown>): Record<string, unknown> => ({
  ...component,
  trial: { ...(component["trial"] as object), skip: true },
});

/**
 * The trial is real; its budget is far above anything, since a test must not depend on how fast or how busy a machine is, and its
 * warm-up is short. What the agent costs is measured by the demo and by benchmarks.
 */
export const roomy = ({ spec, ...rest }: Resource): Resource => ({
  ...rest,
  spec: {
    ...spec,
    budget: { cpuPercent: 100, guardPercent: 100, tailPercent: 100, maxMinutes: 6 },
    components: spec.components.map((component) => ({
      ...component,
      trial: { ...(component["trial"] as object), warmupItems: 200 },
    })),
  },
});

/** Without trials, except for the named component: such a story is about the engine. */
export const withoutTrials = (resource: Resource, except?: string): Resource => ({
  ...resource,
  spec: {
    ...resource.spec,
    components: resource.spec.components.map((component) =>
      component["name"] === except ? component : skipTrial(component),
    ),
  },
});

export const applyResource = (tools: Tools, resource: object): Promise<string> =>
  kubectl(tools, ["apply", "-f", "-"], { input: JSON.stringify(resource) });

/** Waits until any component is in that stage. */
export const inStage = ({ tools }: Stage, stage: string): Promise<boolean> =>
  until({ what: `a component that is ${stage}`, seconds: 240, everyMs: 200 }, async () => {
    const status = await readStatus(tools);
    return status?.components.some((component) => component.stage === stage);
  });

/** The target is reached, and no component needs a person before. */
export const reach = async (
  { tools, say }: Stage,
  journey: Omit<Journey, "tell">,
): Promise<void> => {
  assert.equal(await follow(tools, { ...journey, tell: teller(say) }), "Reached");
};

/** All the way back. */
export const back = async (stage: Stage, at: Place = PIPELINE): Promise<void> => {
  stage.say("lowering the target to Legacy");
  await setTarget(stage.tools, "Legacy", at);
  await reach(stage, { target: "Legacy", seconds: 600, at });
};

/** The end of a story: no request failed in all of it, and the resource and everything it made are removed. */
export const endMigration = async (
  { tools, say, pulse }: Stage,
  at: Place = PIPELINE,
): Promise<void> => {
  const seen = (await readStatus(tools, at))?.downtime;
  assert.ok(seen, "the pulse has counted nothing");
  say(`pulse: ${downtimeSentence(seen)}`);
  pulse(seen);
  assert.equal(seen.failed, 0);
  await removeResource(tools, at);
};

interface Listed {
  metadata: {
    name: string;
    uid: string;
    ownerReferences?: { name: string }[];
    labels?: Record<string, string>;
  };
  spec: { replicas?: number };
}

/** Name of the ReplicaSet that is scaled up, by Deployment. */
export const replicaSets = async (
  tools: Tools,
  namespace = NAMESPACE,
): Promise<Record<string, string>> => {
  const list = await get<{ items: Listed[] }>(tools, ["-n", namespace, "replicasets"]);
  const live = (list?.items ?? []).filter(({ spec }) => (spec.replicas ?? 0) > 0);
  return Object.fromEntries(
    live.map(({ metadata }) => [metadata.ownerReferences?.[0]?.name ?? "", metadata.name]),
  );
};

const OURS = ["deployments", "statefulsets", "services", "jobs", "pods", "configmaps"];

/** `kind/name` of everything the operator made that is still there, without evidence, pulse, and what another object made. */
export const leftovers = async (tools: Tools, namespace = NAMESPACE): Promise<string[]> => {
  const args = [
    "-n",
    namespace,
    OURS.join(","),
    "-l",
    "app.kubernetes.io/managed-by=flashcard-otel",
  ];
  const list = await get<{ items: (Listed & { kind: string })[] }>(tools, args);
  const lasting = (labels: Record<string, string>): boolean =>
    labels["flashcard-otel.dev/keep"] === "true" ||
    labels["app.kubernetes.io/component"] === "pulse";
  const made = (list?.items ?? [])
    .filter(({ metadata }) => !lasting(metadata.labels ?? {}))
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  return [...made, ...(await nodesHeld(tools, namespace))];
};

interface Lease {
  metadata: { name: string };
  spec: { holderIdentity?: string };
}

/** Leases of nodes that trials of a namespace have not given back. */
const nodesHeld = async (tools: Tools, namespace: string): Promise<string[]> => {
  const args = ["-n", "flashcard-otel", "leases", "-l", "app.kubernetes.io/component=trial"];
  const list = await get<{ items: Lease[] }>(tools, args);
  return (list?.items ?? [])
    .filter(({ spec }) => spec.holderIdentity?.startsWith(`${namespace}/`))
    .map(({ metadata }) => `Lease/${metadata.name}`);
};

/** Kills the operator's pod, as a node failure would: no grace. */
export const killOperator = async (tools: Tools): Promise<void> => {
  const selector = "app.kubernetes.io/name=flashcard-otel,app.kubernetes.io/component=controller";
  await kubectl(tools, [
    "-n",
    "flashcard-otel",
    "delete",
    "pods",
    "-l",
    selector,
    "--grace-period=0",
    "--force",
  ]);
};

export const removeResource = async (tools: Tools, { namespace, name }: Place): Promise<void> => {
  await kubectl(
    tools,
    [
      "-n",
      namespace,
      "delete",
      "flashcardtelemetries",
      name,
      "--ignore-not-found",
      "--wait=true",
      "--timeout=240s",
    ],
    { seconds: 250 },
  );
  await until(
    { what: "everything of the operator being gone", seconds: 60 },
    async () => (await leftovers(tools, namespace)).length === 0,
  );
};
