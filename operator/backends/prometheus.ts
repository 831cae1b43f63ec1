/** Prometheus as receiver of OTLP metrics and evaluator of the new rules. Pure. */
import type { Migration } from "../migration/types.ts";
import type { Settings } from "../settings.ts";
import { anywhere, PORTS } from "./endpoints.ts";
import type { Backend } from "./workload.ts";

/** ConfigMap with the rules of the Switch step; absent before it. */
export const rulesName = ({ metadata }: Pick<Migration, "metadata">): string =>
  `${metadata.name}-rules`;

/** ConfigMap with the rules of the objectives; absent without any. */
export const objectivesName = ({ metadata }: Pick<Migration, "metadata">): string =>
  `${metadata.name}-objectives`;

export const EVALUATION_SECONDS = 5;

/** What the operator tells about one migration: it tells of all that it works on, and others are nobody's business here. */
const scrapes = (
  { metadata }: Pick<Migration, "metadata">,
  { metricsService, namespace, ports }: Settings,
): object =>
  metricsService === undefined
    ? {}
    : {
        scrape_configs: [
          {
            job_name: "flashcard-otel",
            scrape_interval: `${EVALUATION_SECONDS}s`,
            // Each replica by itself: only the one that leads knows anything.
            dns_sd_configs: [
              { names: [`${metricsService}.${namespace}.svc`], type: "A", port: ports.metrics },
            ],
            metric_relabel_configs: [
              {
                source_labels: ["namespace", "migration"],
                regex: `${metadata.namespace};${metadata.name}`,
                action: "keep",
              },
            ],
          },
        ],
      };

export const prometheusConfig = (rules: string): Record<string, unknown> => ({
  global: { evaluation_interval: `${EVALUATION_SECONDS}s`, scrape_interval: "15s" },
  rule_files: [`${rules}/*.yaml`, `${rules}/*.yml`],
  otlp: {
    // Who a series comes from, on every series: the guard of a roll-out compares pods.
    promote_resource_attributes: [
      "service.name",
      "service.namespace",
      "service.instance.id",
      "k8s.pod.name",
    ],
  },
  // Exports of several pods through several collectors are not in order.
  storage: { tsdb: { out_of_order_time_window: "30m" } },
});

/** `port` and `data` differ between a pod and a process on loopback. */
export const prometheusArgs = (places: {
  file: string;
  data: string;
  address: string;
}): string[] => [
  `--config.file=${places.file}`,
  `--storage.tsdb.path=${places.data}`,
  "--storage.tsdb.retention.time=15d",
  `--web.listen-address=${places.address}`,
  "--web.enable-otlp-receiver",
  // Rules arrive as a mounted ConfigMap: nobody has to call when the kubelet has renewed it.
  "--config.auto-reload",
  "--config.auto-reload-interval=5s",
];

const FOLDER = "/etc/prometheus";
const RULES = "/etc/prometheus-rules";
const DATA = "/data";
const FILE = "prometheus.yaml";

export const prometheusBackend = (migration: Migration, settings: Settings): Backend => ({
  name: "prometheus",
  image: settings.images.prometheus,
  replicas: 1,
  file: FILE,
  folder: FOLDER,
  config: { ...prometheusConfig(RULES), ...scrapes(migration, settings) },
  args: prometheusArgs({
    file: `${FOLDER}/${FILE}`,
    data: DATA,
    address: anywhere(PORTS.prometheus),
  }),
  ports: { http: PORTS.prometheus },
  ready: { path: "/-/ready", port: PORTS.prometheus },
  alivePath: "/-/healthy",
  memory: { request: "128Mi", limit: "1Gi" },
  volumes: [
    { volume: { name: "data", emptyDir: {} }, mountPath: DATA },
    {
      volume: {
        name: "rules",
        projected: {
          sources: [rulesName(migration), objectivesName(migration)].map((name) => ({
            configMap: { name, optional: true },
          })),
        },
      },
      mountPath: RULES,
      readOnly: true,
    },
  ],
});
