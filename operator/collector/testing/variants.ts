/** Every kind of collector that a resource can ask for. For tests only. */
import { collector, type CollectorSpec } from "../../migration/pipelines.ts";

const WISHES = {
  plain: {},
  replicas: { replicas: 3 },
  memory: { memoryMiB: 256 },
  "tail sampling": { tailSampling: {} },
  "tail sampling, scaled out": { replicas: 3, tailSampling: { errors: false, sharePercent: 0 } },
  "span metrics": { spanMetrics: { dimensions: ["http.route"] } },
  "span metrics and tail sampling": { spanMetrics: {}, tailSampling: {} },
  "span metrics and tail sampling, scaled out": {
    replicas: 2,
    spanMetrics: {},
    tailSampling: {},
    exporters: { scrape: true, debug: true },
  },
  "a queue in memory": { queue: { sizeItems: 1000 } },
  "a queue on disk": { queue: { storage: "EmptyDir" } },
  "a queue on a disk that stays": {
    queue: { storage: "PersistentVolumeClaim", storageMiB: 4096, storageClass: "fast" },
  },
  exporters: {
    exporters: {
      otlp: [
        {
          name: "vendor",
          endpoint: "https://otlp.example:443/",
          headers: [{ name: "Authorization", secret: "vendor", key: "token" }],
          tls: { secret: "vendor-ca" },
        },
        {
          name: "second",
          endpoint: "https://otlp.example:4317",
          protocol: "Grpc",
          signals: ["Traces"],
          tls: { secret: "vendor-ca", clientCertificate: true },
        },
        { name: "plain", endpoint: "http://collector.example:4317", protocol: "Grpc" },
      ],
      remoteWrite: [
        {
          name: "mimir",
          url: "https://mimir.example/api/v1/push",
          headers: [{ name: "X-Scope-OrgID", secret: "mimir", key: "tenant" }],
          tls: { secret: "mimir-ca" },
        },
      ],
      scrape: true,
      debug: true,
    },
  },
  kafka: { kafka: { brokers: ["kafka-0:9092", "kafka-1:9092"] } },
  "kafka with everything": {
    replicas: 3,
    memoryMiB: 1024,
    kafka: {
      brokers: ["kafka-0:9093"],
      topicPrefix: "shop",
      tls: { secret: "kafka-ca", clientCertificate: true },
      credentials: { secret: "kafka-user" },
    },
    tailSampling: {},
    spanMetrics: {},
    queue: { storage: "PersistentVolumeClaim" },
    exporters: { scrape: true },
  },
};

export const variants: [name: string, spec: CollectorSpec][] = Object.entries(WISHES).map(
  ([name, wishes]) => [name, collector.parse(wishes)],
);
