/** A namespace with three services and their migration, in memory, for tests: a case states only its difference. */
import type { Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";
import {
  type MemoryCluster,
  memoryCluster,
  type MemoryOptions,
} from "@flashcard-otel/operator/cluster/memory.ts";
import type { OpenWatch } from "@flashcard-otel/operator/cluster/watch.ts";
import { inject } from "@flashcard-otel/operator/injection/inject.ts";
import { applyPatch } from "@flashcard-otel/operator/injection/patch.ts";
import type { Template } from "@flashcard-otel/operator/injection/pod.ts";
import type { Fetch } from "@flashcard-otel/operator/measurement/ask.ts";
import type { Connection, Right, Summary } from "../reach/connection.ts";
import { MIDDLE, migration } from "./scene.ts";
import { NOW } from "./terminal.ts";
import { deployment, pod, replicaSet, SERVICES } from "./workloads.ts";

export interface Shop extends Connection {
  memory: MemoryCluster;
}

export interface Stocked {
  objects?: Manifest[];
  without?: (object: Manifest) => boolean;
  options?: MemoryOptions;
  fetch?: Fetch;
  version?: string;
  openWatch?: OpenWatch;
  /** Of the only node; absent: the user may not ask. */
  summary?: Summary;
  may?: (right: Right) => boolean;
}

const silent: OpenWatch = () => ({ synced: () => true, stop: () => Promise.resolve() });
const unreachable: Fetch = (input) =>
  Promise.reject(
    new Error(`nothing answers at ${input instanceof Request ? input.url : String(input)}`),
  );

/** As the webhook does. */
const admit = (manifest: Manifest): Manifest => {
  const result = inject(manifest as unknown as Template, { operator: "operator:1" });
  return "skip" in result ? manifest : applyPatch(manifest, result.patch);
};

/** The namespace as it is, with further objects; one of the same name takes the place of the one that is there. */
export const shop = (stocked: Stocked = {}): Shop => {
  const memory = memoryCluster({ now: () => NOW, admit, ...stocked.options });
  const standard = SERVICES.flatMap((name) => [deployment(name), replicaSet(name), pod(name)]);
  for (const object of [...standard, ...(stocked.objects ?? [migration({ status: MIDDLE })])])
    if (!stocked.without?.(object)) memory.put(object);
  return {
    memory,
    cluster: memory,
    namespace: "shop",
    context: "test",
    version: () => Promise.resolve(stocked.version ?? "v1.36.3"),
    may: (right) => Promise.resolve(stocked.may?.(right) ?? true),
    kubelet: () => Promise.resolve(stocked.summary),
    openWatch: stocked.openWatch ?? silent,
    fetch: stocked.fetch ?? unreachable,
  };
};
