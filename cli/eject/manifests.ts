/** What the operator keeps up, as objects that stand without it: backends, agents, and workloads with the agent in their template. */
import type { Cluster, Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";
import { annotationValue } from "@flashcard-otel/operator/injection/annotation.ts";
import { containerName } from "@flashcard-otel/operator/injection/container.ts";
import { inject } from "@flashcard-otel/operator/injection/inject.ts";
import {
  AGENT_ANNOTATION,
  agentName,
  INJECTED_ANNOTATION,
} from "@flashcard-otel/operator/injection/names.ts";
import { applyPatch } from "@flashcard-otel/operator/injection/patch.ts";
import type { DeploymentSpec, Template } from "@flashcard-otel/operator/injection/pod.ts";
import { componentIn } from "@flashcard-otel/operator/migration/named.ts";
import type { ComponentSpec, ComponentStatus } from "@flashcard-otel/operator/migration/schema.ts";
import type { Migration } from "@flashcard-otel/operator/migration/types.ts";
import {
  backendName,
  managedBackends,
  workloadKind,
} from "@flashcard-otel/operator/backends/endpoints.ts";
import { rulesName } from "@flashcard-otel/operator/backends/prometheus.ts";
import { installationIn } from "../reach/installation.ts";
import { reading } from "../reach/reading.ts";

export interface Ejected {
  manifests: Manifest[];
  remarks: string[];
}

export const ejected = async (migration: Migration, door: Cluster): Promise<Ejected> => {
  const { images } = await installationIn(reading(door, { operator: "" }).cluster);
  const carried = migration.status.components.filter(({ hash, profile }) => hash && profile);
  if (carried.length === 0) return { manifests: [], remarks: [] };
  const remarks: string[] = [];
  const manifests = await backends(migration, door);
  for (const status of carried) {
    const spec = componentIn(migration.spec, status.name);
    if (spec)
      manifests.push(...(await component({ migration, spec, status, door, images, remarks })));
  }
  return { manifests, remarks };
};

/** Read, not computed: the images are those that run. */
const backends = async (migration: Migration, door: Cluster): Promise<Manifest[]> => {
  const { namespace } = migration.metadata;
  const found: Manifest[] = [];
  const take = async (apiVersion: string, kind: string, name: string): Promise<void> => {
    const object = await door.read({ apiVersion, kind, namespace, name });
    if (object) found.push(ownerless(object));
  };
  for (const backend of managedBackends(migration)) {
    const name = backendName(migration, backend);
    await take("v1", "ConfigMap", name);
    await take("v1", "Service", name);
    await take("apps/v1", workloadKind(migration, backend), name);
  }
  await take("v1", "ConfigMap", rulesName(migration));
  return found;
};

const MANAGED_BY = "app.kubernetes.io/managed-by";

/** Everything that the API server or the operator wrote on it is left out, so that it can be applied anew by anybody. */
const ownerless = ({ apiVersion, kind, metadata, ...rest }: Manifest): Manifest => {
  const { [MANAGED_BY]: _ours, ...labels } = metadata.labels ?? {};
  const annotations = Object.fromEntries(
    Object.entries(metadata.annotations ?? {}).filter(([name]) => !NOT_THEIRS.test(name)),
  );
  const { status: _status, ...content } = rest;
  return {
    apiVersion,
    kind,
    metadata: {
      name: metadata.name,
      ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    ...withoutAddress(content),
  };
};

const NOT_THEIRS =
  /^(?:flashcard-otel\.dev\/applied|deployment\.kubernetes\.io\/|kubectl\.kubernetes\.io\/last-applied)/;

/** A Service's address was given to it. */
const withoutAddress = (content: Record<string, unknown>): Record<string, unknown> => {
  const { spec } = content;
  if (typeof spec !== "object" || spec === null || !("clusterIP" in spec)) return content;
  const { clusterIP: _one, clusterIPs: _all, ...rest } = spec as Record<string, unknown>;
  return { ...content, spec: rest };
};

interface Subject {
  migration: Migration;
  spec: ComponentSpec;
  status: ComponentStatus;
  door: Cluster;
  images: { operator?: string };
  remarks: string[];
}

const component = async (subject: Subject): Promise<Manifest[]> => {
  const { migration, spec, status, door, remarks } = subject;
  const { namespace } = migration.metadata;
  const { kind, name } = spec.target;
  const hash = status.hash ?? "";
  const agent = await door.read({
    apiVersion: "v1",
    kind: "ConfigMap",
    namespace,
    name: agentName(hash),
  });
  const workload = await door.read({ apiVersion: "apps/v1", kind, namespace, name });
  if (!agent || !workload) {
    remarks.push(
      `${spec.name} is left out: ${agent ? `${kind} ${name}` : `ConfigMap ${agentName(hash)}`} is gone`,
    );
    return [];
  }
  const template = withAgent(workload, subject);
  if (!template) {
    remarks.push(
      `${spec.name} is left out: its pods cannot carry the agent any more; flashcard-otel explain component ${spec.name}`,
    );
    return [];
  }
  const plain = ownerless(workload);
  return [ownerless(agent), { ...plain, spec: { ...(plain.spec as DeploymentSpec), template } }];
};

/** What the webhook does to a pod, done to the template once and for all. */
const withAgent = (
  workload: Manifest,
  { spec, status, images, remarks }: Subject,
): Template | undefined => {
  const { template } = workload.spec as DeploymentSpec;
  const { profile = "Lean", hash = "" } = status;
  if (profile === "Full" && !images.operator)
    remarks.push(
      `${spec.name}: the image of its init container is not known; name the operator's image yourself`,
    );
  const container = containerName(workload, spec);
  const value = annotationValue({ profile, hash, container, repair: 0 });
  const asking = {
    ...template,
    metadata: {
      ...template.metadata,
      annotations: { ...template.metadata?.annotations, [AGENT_ANNOTATION]: value },
    },
  };
  const result = inject(asking, { operator: images.operator ?? "OPERATOR_IMAGE" });
  return "skip" in result ? undefined : withoutMarks(applyPatch(asking, result.patch));
};

/** Without the webhook nobody reads them; with it they would ask for a second agent. */
const withoutMarks = (template: Template): Template => {
  const {
    [AGENT_ANNOTATION]: _asked,
    [INJECTED_ANNOTATION]: _done,
    ...annotations
  } = template.metadata?.annotations ?? {};
  return { ...template, metadata: { ...template.metadata, annotations } };
};
