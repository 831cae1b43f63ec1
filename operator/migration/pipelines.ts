/** `spec.backends.collector` in zod: what the managed collector does with what it gets, and where it sends it. */
import { z } from "zod";
import { key, name, url } from "./fields.ts";

const SIGNALS = ["Traces", "Metrics", "Logs"] as const;
export type Signal = (typeof SIGNALS)[number];

const header = z.strictObject({
  name: z
    .string()
    .max(128)
    .regex(/^[A-Za-z0-9][-A-Za-z0-9]*$/),
  secret: name().describe("Secret in the same namespace that has the value"),
  key: key(),
});

const tls = z.strictObject({
  secret: name().describe(
    "Secret in the same namespace: ca.crt; for a client certificate tls.crt and tls.key",
  ),
  clientCertificate: z.boolean().default(false).describe("Show tls.crt to the other side, too"),
});

/** Short, because it is part of the names of variables and folders. */
const label = () =>
  z
    .string()
    .max(20)
    .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/);

const destination = {
  headers: z.array(header).max(10).default([]).describe("Headers whose values are in Secrets"),
  tls: tls.optional().describe("Absent: the public certificate authorities"),
};

const otlp = z.strictObject({
  name: label(),
  endpoint: url().describe("Base address; http:// is sent without TLS"),
  protocol: z.enum(["Http", "Grpc"]).default("Http"),
  signals: z
    .array(z.enum(SIGNALS))
    .min(1)
    .max(3)
    .default([...SIGNALS]),
  ...destination,
});

const remoteWrite = z.strictObject({
  name: label(),
  url: url().describe("Address of the remote write endpoint, with its path"),
  ...destination,
});

const exporters = z.strictObject({
  otlp: z.array(otlp).max(5).default([]).describe("OTLP receivers beside the backends"),
  remoteWrite: z
    .array(remoteWrite)
    .max(5)
    .default([])
    .describe("Prometheus remote write endpoints beside the metrics backend"),
  scrape: z
    .boolean()
    .default(false)
    .describe("Offer all metrics at /metrics on port 8889 of the collector"),
  debug: z
    .boolean()
    .default(false)
    .describe("Write everything in full to the collector's own output"),
});

const tailSampling = z.strictObject({
  errors: z.boolean().default(true).describe("Keep every trace with a failed span"),
  slowMs: z
    .int()
    .min(1)
    .max(3_600_000)
    .default(1000)
    .describe("Keep every trace that takes as long as this"),
  sharePercent: z
    .number()
    .min(0)
    .max(100)
    .default(10)
    .describe("How many of the other traces are kept"),
  waitSeconds: z
    .int()
    .min(1)
    .max(300)
    .default(10)
    .describe("From the first span of a trace to the decision about it"),
  maxTraces: z
    .int()
    .min(100)
    .max(1_000_000)
    .default(50_000)
    .describe("Traces that wait for a decision at once; beyond it the oldest are decided early"),
});

const spanMetrics = z.strictObject({
  dimensions: z
    .array(z.string().min(1).max(128))
    .max(10)
    .default([])
    .describe("Attributes of spans that become labels; each value is a series"),
  bucketsMs: z
    .array(z.number().min(0.001).max(3_600_000))
    .min(1)
    .max(30)
    .default([5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000]),
});

const queue = z.strictObject({
  sizeItems: z
    .int()
    .min(1000)
    .max(10_000_000)
    .default(100_000)
    .describe(
      "Spans, points or records that wait for one receiver; beyond it they are refused and counted",
    ),
  storage: z
    .enum(["Memory", "EmptyDir", "PersistentVolumeClaim"])
    .default("Memory")
    .describe(
      "EmptyDir keeps what waits on disk: it survives a restart of the container, not the removal of the pod; a PersistentVolumeClaim of each pod survives both",
    ),
  storageMiB: z
    .int()
    .min(64)
    .max(1_048_576)
    .default(2048)
    .describe("Size of that disk, of each pod"),
  storageClass: name()
    .optional()
    .describe("Of the PersistentVolumeClaims; the cluster's default when absent"),
});

const kafka = z.strictObject({
  brokers: z
    .array(
      z
        .string()
        .max(300)
        .regex(/^[^\s:/]+:\d{1,5}$/),
    )
    .min(1)
    .max(20)
    .describe("host:port"),
  topicPrefix: z
    .string()
    .max(100)
    .regex(/^[a-zA-Z0-9][-._a-zA-Z0-9]*$/)
    .default("otlp")
    .describe("Topics are PREFIX_spans, PREFIX_metrics and PREFIX_logs"),
  tls: tls.optional().describe("Absent: without TLS"),
  credentials: z
    .strictObject({
      secret: name().describe("Secret in the same namespace with username and password"),
      mechanism: z.enum(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]).default("SCRAM-SHA-512"),
    })
    .optional(),
});

export const collector = z.strictObject({
  replicas: z.int().min(1).max(10).default(1),
  externalEndpoint: url().optional(),
  memoryMiB: z
    .int()
    .min(64)
    .max(65_536)
    .optional()
    .describe("Memory limit of each collector pod (512 when absent): from 55 % on data is refused"),
  tailSampling: tailSampling
    .optional()
    .describe("Decide about whole traces; with more than one replica in a second tier"),
  spanMetrics: spanMetrics
    .optional()
    .describe("Make calls and durations of all spans, before sampling, into metrics"),
  queue: queue
    .optional()
    .describe(
      "What waits while a receiver is away; absent: 2000 requests in memory for five minutes",
    ),
  kafka: kafka.optional().describe("A Kafka of your own between a receiving and a sending tier"),
  exporters: exporters.optional().describe("Where telemetry goes beside the backends"),
});

const storage = z.strictObject({
  kind: z.enum(["OpenSearch", "Elasticsearch", "Cassandra"]),
  servers: z
    .array(
      z
        .string()
        .max(300)
        .regex(/^(https?:\/\/)?[^\s/]+$/),
    )
    .min(1)
    .max(20)
    .describe("Addresses of your own cluster: URLs; host:port for Cassandra"),
  name: z
    .string()
    .max(48)
    .regex(/^[a-z][a-z0-9_]*$/)
    .default("jaeger")
    .describe("Prefix of the indices, or keyspace"),
  credentials: z
    .strictObject({ secret: name() })
    .optional()
    .describe("Secret in the same namespace with username and password"),
  replicas: z
    .int()
    .min(1)
    .max(10)
    .default(1)
    .describe("Of Jaeger, which keeps nothing itself then"),
});

export const traces = z.strictObject({
  externalQueryUrl: url().optional(),
  externalEndpoint: url()
    .optional()
    .describe("OTLP/HTTP of the external store; port 4318 of the query host when absent"),
  storage: storage
    .optional()
    .describe("Where the managed Jaeger keeps traces; absent: 20,000 in its memory"),
});

export type StorageSpec = z.infer<typeof storage>;
export type CollectorSpec = z.infer<typeof collector>;
export type ExportersSpec = z.infer<typeof exporters>;
export type TlsSpec = z.infer<typeof tls>;
export type HeaderSpec = z.infer<typeof header>;
