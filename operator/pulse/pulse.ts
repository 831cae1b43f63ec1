/** Constant traffic through everything, from before the first step to after the last: its manifests, and what it counted. */
import { createHash } from "node:crypto";
import { podsOf } from "../backends/pods.ts";
import { metadataOf, restricted } from "../backends/workload.ts";
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import { readLog } from "../cluster/readlog.ts";
import type { Container, DeploymentSpec, EnvVar } from "../injection/pod.ts";
import type { Spec } from "../migration/schema.ts";
import type { Migration, PulseWorld } from "../migration/types.ts";
import type { Settings } from "../settings.ts";
import { lastReport, type Report } from "./report.ts";

type Pulse = NonNullable<Spec["pulse"]>;

const COMPONENT = "pulse";
const SCRIPTS = "scripts";
const SCRIPT = "pulse.js";

const nameOf = ({ metadata }: Pick<Migration, "metadata">): string => `${metadata.name}-pulse`;

const environment = ({ ratePerSecond, deadlineSeconds, env }: Pulse): EnvVar[] => [
  ...env,
  { name: "RATE", value: String(ratePerSecond) },
  { name: "DEADLINE_SECONDS", value: String(deadlineSeconds) },
];

const container = (pulse: Pulse, { images }: Pick<Settings, "images">): Container => ({
  name: COMPONENT,
  image: images.k6,
  imagePullPolicy: "IfNotPresent",
  command: ["/usr/bin/k6"],
  args: [
    ..."run --quiet --no-usage-report --log-format raw --log-output stdout".split(" "),
    `/${SCRIPTS}/${SCRIPT}`,
  ],
  env: environment(pulse),
  resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
  securityContext: restricted,
  volumeMounts: [{ name: SCRIPTS, mountPath: `/${SCRIPTS}`, readOnly: true }],
});

/** Nothing when the resource asks for no pulse. */
export const pulseManifests = (
  migration: Migration,
  { settings, script }: { settings: Pick<Settings, "images">; script: string },
): Manifest[] => {
  const { pulse } = migration.spec;
  if (!pulse) return [];
  const metadata = metadataOf(migration, nameOf(migration), COMPONENT);
  const spec: DeploymentSpec = {
    replicas: 1,
    // Two at a time would be twice the rate.
    strategy: { type: "Recreate" },
    selector: {
      matchLabels: {
        "flashcard-otel.dev/migration": migration.metadata.name,
        "app.kubernetes.io/component": COMPONENT,
      },
    },
    template: {
      metadata: {
        ...(metadata.labels ? { labels: metadata.labels } : {}),
        annotations: {
          "flashcard-otel.dev/script": createHash("sha256")
            .update(script)
            .digest("hex")
            .slice(0, 10),
        },
      },
      spec: {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        terminationGracePeriodSeconds: 5,
        containers: [container(pulse, settings)],
        volumes: [
          {
            name: SCRIPTS,
            // Ours comes last and wins: no module of the user's can take the place of the entry.
            projected: {
              sources: [pulse.script.configMap, nameOf(migration)].map((name) => ({
                configMap: { name },
              })),
            },
          },
        ],
      },
    },
  };
  return [
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { [SCRIPT]: script } },
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec },
  ];
};

interface PodStatus {
  containerStatuses?: { restartCount?: number; state?: { running?: object } }[];
}

/** A container that starts again counts from zero: that is another run. */
const runOf = ({ metadata, status }: Manifest): string | undefined => {
  const [state] = ((status ?? {}) as PodStatus).containerStatuses ?? [];
  return state?.state?.running && `${metadata.uid}/${state.restartCount}`;
};

const runningPod = (
  migration: Migration,
  pods: Manifest[],
): { name: string; run: string } | undefined => {
  for (const pod of podsOf(migration, pods, COMPONENT)) {
    const run = runOf(pod);
    if (run) return { name: pod.metadata.name, run };
  }
  return undefined;
};

/** Enough for the last report when a failing item has just written some lines of its own. */
const TAIL_LINES = 200;

/** Totals over all runs of the pulse; undefined while there is nothing new to say. */
export const observePulse = async (
  migration: Migration,
  pods: Manifest[],
  cluster: Cluster,
): Promise<PulseWorld | undefined> => {
  const pod = migration.spec.pulse && runningPod(migration, pods);
  if (!pod) return undefined;
  const { namespace } = migration.metadata;
  const source = { namespace, name: pod.name, container: COMPONENT, tailLines: TAIL_LINES };
  const report = lastReport(await readLog(cluster, source));
  return report && totals(report, pod.run, migration.status);
};

type Known = Pick<Migration["status"], "downtime" | "pulse">;

/** What earlier runs counted stays counted: a pulse that was restarted must not make failures disappear. */
const countedBefore = (
  current: string,
  { downtime, pulse }: Known,
): Pick<PulseWorld, "sentBefore" | "itemsBefore" | "failedBefore"> => {
  if (pulse?.run === current) return pulse;
  const { sent = 0, items = 0, failed = 0 } = downtime ?? {};
  return { sentBefore: sent, itemsBefore: items, failedBefore: failed };
};

const totals = (report: Report, run: string, known: Known): PulseWorld => {
  const { sentBefore, itemsBefore, failedBefore } = countedBefore(run, known);
  return {
    run,
    sentBefore,
    itemsBefore,
    failedBefore,
    sent: sentBefore + report.requests,
    items: itemsBefore + report.items,
    // A request that failed and was repeated is a failure too, though its item arrived.
    failed: failedBefore + Math.max(report.failed, report.failedRequests),
    longestGapMs: Math.max(Math.round(report.longestGapMs), known.downtime?.longestGapMs ?? 0),
    lastFailure: report.lastFailure ?? known.downtime?.lastFailure,
  };
};
