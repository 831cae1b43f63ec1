/** What a bug report needs: our objects, the user's workloads, events, and logs of our own programs. Never a Secret. */
import type { Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";
import type { PodSpec } from "@flashcard-otel/operator/injection/pod.ts";
import { backendManifests } from "@flashcard-otel/operator/backends/manifests.ts";
import type { Migration } from "@flashcard-otel/operator/migration/types.ts";
import type { Connection } from "../reach/connection.ts";
import { installationIn } from "../reach/installation.ts";
import { reading } from "../reach/reading.ts";
import { settingsWith } from "../reach/world.ts";
import { yaml } from "../text/emit.ts";
import { withoutSecrets } from "../text/secrets.ts";
import { redact } from "./redact.ts";

/** Path in the archive and text, in order. */
export type Files = Map<string, string>;

const KINDS: readonly [apiVersion: string, kind: string][] = [
  ["flashcard-otel.dev/v1alpha1", "FlashcardTelemetry"],
  ["apps/v1", "Deployment"],
  ["apps/v1", "ReplicaSet"],
  ["v1", "Pod"],
  ["batch/v1", "Job"],
  ["v1", "Service"],
  ["v1", "ConfigMap"],
  ["v1", "Event"],
  ["policy/v1", "PodDisruptionBudget"],
  ["autoscaling/v2", "HorizontalPodAutoscaler"],
  ["v1", "ResourceQuota"],
  ["v1", "LimitRange"],
];

const TAIL_LINES = 5000;

export const collect = async (
  migration: Migration,
  connection: Connection,
  about: Record<string, string>,
): Promise<{ files: Files; notes: string[] }> => {
  const { cluster, notes } = reading(connection.cluster, { operator: "" });
  const files: Files = new Map();
  const { namespace } = migration.metadata;
  for (const [apiVersion, kind] of KINDS)
    await addList(files, await cluster.list({ apiVersion, kind, namespace }), kind);
  const { controller, webhook } = await installationIn(cluster);
  for (const one of [controller, webhook]) await addOperator(files, one, cluster);
  await addBackendLogs(files, migration, cluster);
  files.set("about.yaml", await yaml({ ...about, notSeen: notes }));
  return { files, notes };
};

const addList = async (files: Files, objects: Manifest[], kind: string): Promise<void> => {
  if (objects.length > 0) files.set(`objects/${kind}.yaml`, await yaml(objects.map(redact)));
};

type Reader = Connection["cluster"];

const addOperator = async (
  files: Files,
  deployment: Manifest | undefined,
  cluster: Reader,
): Promise<void> => {
  if (!deployment) return;
  const { name, namespace = "" } = deployment.metadata;
  files.set(`operator/${name}.yaml`, await yaml(redact(deployment)));
  const labels = Object.entries(deployment.metadata.labels ?? {})
    .filter(([label]) => /^app\.kubernetes\.io\/(?:name|instance|component)$/.test(label))
    .map((pair) => pair.join("="))
    .join(",");
  const pods = await cluster.list({ apiVersion: "v1", kind: "Pod", namespace, labels });
  for (const pod of pods) await addLogs(files, pod, cluster);
};

/** The user's own pods are left out: what they log is theirs. */
const addBackendLogs = async (
  files: Files,
  migration: Migration,
  cluster: Reader,
): Promise<void> => {
  const { namespace, name } = migration.metadata;
  const ours = new Set(
    backendManifests(migration, settingsWith({})).map(({ metadata }) => metadata.name),
  );
  const labels = `flashcard-otel.dev/migration=${name}`;
  const pods = await cluster.list({ apiVersion: "v1", kind: "Pod", namespace, labels });
  for (const pod of pods) {
    const isTwin = pod.metadata.labels?.["flashcard-otel.dev/role"] !== undefined;
    const isBackend = [...ours].some((backend) => pod.metadata.name.startsWith(`${backend}-`));
    if (isBackend || isTwin || pod.metadata.name.startsWith(`${name}-pulse`))
      await addLogs(files, pod, cluster);
  }
};

/** A twin runs the user's program: only what stands beside it in the pod is ours. */
const isOurs = (pod: Manifest, container: string): boolean =>
  pod.metadata.labels?.["flashcard-otel.dev/role"] === undefined ||
  ["k6", "sink", "flashcard-otel-meter"].includes(container);

const addLogs = async (files: Files, pod: Manifest, cluster: Reader): Promise<void> => {
  const { name, namespace = "" } = pod.metadata;
  const { containers, initContainers = [] } = pod.spec as PodSpec;
  for (const container of [...initContainers, ...containers].map((one) => one.name)) {
    if (!isOurs(pod, container)) continue;
    const log = await cluster.logs({ namespace, name, container, tailLines: TAIL_LINES });
    if (log) files.set(`logs/${namespace}/${name}/${container}.log`, withoutSecrets(log));
  }
};
