/** Everything the Alongside step puts into the namespace. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import type { Migration } from "../migration/types.ts";
import type { Settings } from "../settings.ts";
import { collector, validator } from "./collector.ts";
import { type BackendName, managedBackends, validationName } from "./endpoints.ts";
import { jaeger } from "./jaeger.ts";
import { prometheusBackend } from "./prometheus.ts";
import { type Backend, configHash, configVolume, metadataOf, workload } from "./workload.ts";

const builders: Record<BackendName, (migration: Migration, settings: Settings) => Backend> = {
  jaeger,
  prometheus: prometheusBackend,
  collector,
};

/** The collector comes last: it starts into backends that are already coming up. */
export const backendManifests = (migration: Migration, settings: Settings): Manifest[] =>
  managedBackends(migration).flatMap((name) =>
    workload(migration, builders[name](migration, settings)),
  );

export const validationJob = (migration: Migration, settings: Settings): Manifest => {
  const backend = collector(migration, settings);
  // Named by image and configuration: another one of either is checked anew.
  const name = validationName(migration, configHash(backend));
  const metadata = metadataOf(migration, name, "validate");
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata,
    spec: {
      backoffLimit: 2,
      template: {
        metadata: { labels: metadata.labels },
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          containers: [validator(backend)],
          volumes: [configVolume(migration, backend)],
        },
      },
    },
  };
};
