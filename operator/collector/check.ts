/**
 * No configuration runs that the very image has not accepted: a Job runs its `validate` on a copy, and until that ends well what
 * runs stays as it is. Pure.
 */
import {
  backendName,
  type BackendName,
  CONFIG_ANNOTATION,
  validationName,
  workloadKind,
} from "../backends/endpoints.ts";
import {
  type Backend,
  configHash,
  configText,
  metadataOf,
  restricted,
} from "../backends/workload.ts";
import type { Manifest } from "../cluster/cluster.ts";
import { hasCondition } from "../cluster/conditions.ts";
import type { Container, DeploymentSpec, EnvVar } from "../injection/pod.ts";
import type { Migration } from "../migration/types.ts";

/** Whether what runs may be replaced by what the resource asks for. */
export interface Configuration {
  mayRoll: boolean;
  /** The collector's own words. */
  refused: string | undefined;
}

/** A check does not need what is secret, only that something is there. */
const withoutSecrets = ({ name, value }: EnvVar): EnvVar => ({ name, value: value ?? "unknown" });

const container = ({ image, folder, file, env = [] }: Backend): Container => ({
  name: "validate",
  image,
  imagePullPolicy: "IfNotPresent",
  args: ["validate", `--config=${folder}/${file}`],
  env: env.map((one) => withoutSecrets(one)),
  resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "256Mi" } },
  securityContext: restricted,
  // A wrong key is then in the pod's status, and needs no log to be read.
  terminationMessagePolicy: "FallbackToLogsOnError",
  volumeMounts: [{ name: "config", mountPath: folder, readOnly: true }],
});

/** Named by image and configuration: another one of either is checked anew. */
export const checkOf = (migration: Migration, backend: Backend): Manifest[] => {
  const name = validationName(migration, configHash(backend));
  const metadata = metadataOf(migration, name, "validate");
  const copy: Manifest = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata,
    immutable: true,
    data: { [backend.file]: configText(backend) },
  };
  const spec = {
    backoffLimit: 2,
    template: {
      metadata: { labels: metadata.labels },
      spec: {
        restartPolicy: "Never",
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        containers: [container(backend)],
        volumes: [{ name: "config", configMap: { name } }],
      },
    },
  };
  return [copy, { apiVersion: "batch/v1", kind: "Job", metadata, spec }];
};

/** What was seen in the namespace; only our own objects are looked at. */
export interface Seen {
  deployments: Manifest[];
  statefulSets: Manifest[];
  jobs: Manifest[];
  pods: Manifest[];
}

/** While one kind takes the place of the other there are two of a name: the one that comes counts as soon as it is there. */
export const workloadNamed = (
  migration: Migration,
  backend: BackendName,
  { deployments, statefulSets }: Pick<Seen, "deployments" | "statefulSets">,
): Manifest | undefined => {
  const name = backendName(migration, backend);
  const found = [...deployments, ...statefulSets].filter(({ metadata }) => metadata.name === name);
  return found.find(({ kind }) => kind === workloadKind(migration, backend)) ?? found[0];
};

/** Of the configuration that a workload runs, or shall run. */
export const runningHash = (workload: Manifest): string =>
  (workload.spec as DeploymentSpec).template.metadata?.annotations?.[CONFIG_ANNOTATION] ?? "";

type Outcome = { end: "Accepted" | "Pending" } | { end: "Refused"; words: string };

/** How the check of one configuration ended. */
export const outcomeOf = (migration: Migration, hash: string, { jobs, pods }: Seen): Outcome => {
  const name = validationName(migration, hash);
  const job = jobs.find(({ metadata }) => metadata.name === name);
  const { succeeded = 0 } = (job?.status ?? {}) as { succeeded?: number };
  if (succeeded > 0) return { end: "Accepted" };
  return hasCondition(job, "Failed")
    ? { end: "Refused", words: said(pods, name) }
    : { end: "Pending" };
};

interface PodStatus {
  containerStatuses?: { state?: { terminated?: { message?: string } } }[];
}

const said = (pods: Manifest[], job: string): string =>
  pods
    .filter(({ metadata }) => metadata.labels?.["batch.kubernetes.io/job-name"] === job)
    .flatMap(({ status }) => ((status ?? {}) as PodStatus).containerStatuses ?? [])
    .map(({ state }) => state?.terminated?.message ?? "")
    .findLast((message) => message !== "")
    ?.trim()
    .slice(-500) ?? "no message";

/** The first collectors replace nothing: they may come up while they are checked. */
export const configuration = (
  migration: Migration,
  seen: Seen,
  running: { wanted: Backend; workload: Manifest | undefined }[],
): Configuration => {
  const isFirst = running.every(({ workload }) => workload === undefined);
  const open = running.filter(
    ({ wanted, workload }) => !workload || runningHash(workload) !== configHash(wanted),
  );
  const outcomes = open.map(({ wanted }) => outcomeOf(migration, configHash(wanted), seen));
  const refused = outcomes.flatMap((one) => (one.end === "Refused" ? [one.words] : []))[0];
  return { mayRoll: isFirst || outcomes.every(({ end }) => end === "Accepted"), refused };
};
