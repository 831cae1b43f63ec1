import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { backendManifests, checks } from "../backends/manifests.ts";
import type { Manifest } from "../cluster/cluster.ts";
import type { DeploymentSpec } from "../injection/pod.ts";
import { spec, status, world } from "../migration/scenes.ts";
import type { Phase } from "../migration/schema.ts";
import type { Settings } from "../settings.ts";
import { variants } from "./testing/variants.ts";

const settings = {
  images: { collector: "c:1", jaeger: "j:1", prometheus: "p:1" },
} as Settings;

const migrationWith = (collector: object, phase: Phase = "Legacy") =>
  world({ spec: spec({ backends: { collector } }), status: status({ phase }) }).migration;

interface Config {
  receivers: Record<string, unknown>;
  processors: Record<string, { policies?: { name: string; probabilistic?: object }[] }>;
  exporters: Record<string, unknown>;
  connectors?: Record<string, unknown>;
  extensions: Record<string, unknown>;
  service: {
    extensions: string[];
    pipelines: Record<string, Record<"receivers" | "processors" | "exporters", string[]>>;
  };
}

const find = (collector: object, kind: string, name = "collector", phase?: Phase): Manifest => {
  const found = backendManifests(migrationWith(collector, phase), settings).find(
    (one) => one.kind === kind && one.metadata.name === `pipeline-${name}`,
  );
  if (!found) throw new Error(`no ${kind} pipeline-${name}`);
  return found;
};

const configOf = (collector: object, name?: string, phase?: Phase): Config =>
  parse(find(collector, "ConfigMap", name, phase).data?.["collector.yaml"] ?? "") as Config;

test("a resource without wishes gets the plainest collector", () => {
  const patience = {
    sending_queue: { queue_size: 2000 },
    retry_on_failure: { initial_interval: "1s", max_interval: "15s", max_elapsed_time: "300s" },
  };
  const through = (exporter: string) => ({
    receivers: ["otlp"],
    processors: ["memory_limiter", "batch"],
    exporters: [exporter],
  });
  expect(configOf({})).toEqual({
    receivers: {
      otlp: {
        protocols: { http: { endpoint: "0.0.0.0:4318" }, grpc: { endpoint: "0.0.0.0:4317" } },
      },
    },
    processors: {
      memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 25 },
      batch: { timeout: "200ms" },
    },
    exporters: {
      "otlp_grpc/traces": {
        endpoint: "pipeline-jaeger.shop.svc:4317",
        tls: { insecure: true },
        ...patience,
      },
      "otlp_http/prometheus": {
        endpoint: "http://pipeline-prometheus.shop.svc:9090/api/v1/otlp",
        ...patience,
      },
      debug: { verbosity: "normal" },
    },
    extensions: { health_check: { endpoint: "0.0.0.0:13133" } },
    service: {
      extensions: ["health_check"],
      telemetry: { metrics: { level: "none" }, logs: { encoding: "json" } },
      pipelines: {
        traces: through("otlp_grpc/traces"),
        metrics: through("otlp_http/prometheus"),
        logs: through("debug"),
      },
    },
  });
});

const texts = (collector: object): Config[] =>
  checks(migrationWith(collector), settings).flatMap(({ data }) =>
    data ? [parse(data["collector.yaml"] ?? "") as Config] : [],
  );

test.each(variants)(
  "all that is used is defined, all that is defined is used: %s",
  (_, collector) => {
    for (const { service, connectors = {}, ...parts } of texts(collector)) {
      const used = (what: "receivers" | "processors" | "exporters"): string[] =>
        Object.values(service.pipelines).flatMap((pipeline) => pipeline[what]);
      const all = (...names: string[][]) => [...new Set(names.flat())].toSorted();
      const between = Object.keys(connectors);
      const defined = (part: object) => all(Object.keys(part), between);
      expect(all(used("receivers"))).toEqual(defined(parts.receivers));
      expect(all(used("exporters"))).toEqual(defined(parts.exporters));
      expect(all(used("processors"))).toEqual(all(Object.keys(parts.processors)));
      expect(all(service.extensions)).toEqual(all(Object.keys(parts.extensions)));
    }
  },
);

test.each(variants)("nothing that is secret is in a configuration: %s", (_, collector) => {
  const text = JSON.stringify(texts(collector));
  for (const [, value] of text.matchAll(
    /"(?:Authorization|X-Scope-OrgID|username|password)":"([^"]*)"/g,
  ))
    expect(value).toMatch(/^\$\{env:[A-Z0-9_]+\}$/);
});

describe("tail sampling", () => {
  const policies = (phase: Phase) =>
    configOf({ tailSampling: { sharePercent: 7 } }, "collector", phase).processors["tail_sampling"]
      ?.policies;
  const share = (percent: number) => ({
    name: "share",
    type: "probabilistic",
    probabilistic: { sampling_percentage: percent },
  });

  test("leaves nothing out while traces are evidence", () => {
    for (const phase of ["Legacy", "Alongside", "Instrumented"] as const)
      expect(policies(phase)).toContainEqual(share(100));
    for (const phase of ["Validated", "Switched", "Retired"] as const)
      expect(policies(phase)).toContainEqual(share(7));
  });

  test("of several replicas is done by a tier of its own, found by the addresses of its pods", () => {
    const wish = { replicas: 3, tailSampling: {} };
    const front = configOf(wish);
    expect(front.service.pipelines["traces"]?.exporters).toEqual(["load_balancing"]);
    expect(front.exporters["load_balancing"]).toMatchObject({
      routing_key: "traceID",
      resolver: { dns: { hostname: "pipeline-sampler.shop.svc", port: "4317" } },
    });
    expect(front.service.pipelines["metrics"]?.exporters).toEqual(["otlp_http/prometheus"]);
    expect(Object.keys(configOf(wish, "sampler").service.pipelines)).toEqual(["traces"]);
    expect(find(wish, "Service", "sampler").spec).toMatchObject({ clusterIP: "None" });
    const deployment = find(wish, "Deployment", "sampler").spec as DeploymentSpec;
    expect(deployment.replicas).toBe(3);
  });
});

test("spans are counted once, before any is left out", () => {
  const counting = (collector: object, name?: string) =>
    Object.entries(configOf(collector, name).service.pipelines)
      .filter(([, { exporters }]) => exporters.includes("span_metrics"))
      .map(([pipeline, { processors }]) => [pipeline, processors.includes("tail_sampling")]);
  const both = { spanMetrics: {}, tailSampling: {} };
  expect(counting(both)).toEqual([["traces", false]]);
  expect(counting({ ...both, replicas: 2 })).toEqual([["traces", false]]);
  expect(counting({ ...both, replicas: 2 }, "sampler")).toEqual([]);
  const kafka = { brokers: ["kafka:9092"] };
  expect(counting({ ...both, kafka })).toEqual([]);
  expect(counting({ ...both, kafka }, "sampler")).toEqual([["traces", false]]);
});

test("Secrets reach the pods as variables and files", () => {
  const vendor = {
    name: "my-vendor",
    endpoint: "https://otlp.example",
    headers: [{ name: "Authorization", secret: "vendor", key: "token" }],
    tls: { secret: "vendor-ca" },
  };
  const { template } = find({ exporters: { otlp: [vendor] } }, "Deployment").spec as DeploymentSpec;
  expect(template.spec.containers[0]?.env).toEqual([
    {
      name: "OTLP_MY_VENDOR_HEADER_0",
      valueFrom: { secretKeyRef: { name: "vendor", key: "token" } },
    },
  ]);
  expect(template.spec.volumes).toContainEqual({
    name: "tls-otlp-my-vendor",
    secret: { secretName: "vendor-ca" },
  });
});

describe("a queue on disk", () => {
  const pods = (storage: string, more = {}) =>
    find(
      { replicas: 2, queue: { storage, ...more } },
      storage === "PersistentVolumeClaim" ? "StatefulSet" : "Deployment",
    ).spec as DeploymentSpec;
  const mounted = ({ template }: DeploymentSpec) =>
    template.spec.containers[0]?.volumeMounts?.find(({ name }) => name === "queue")?.mountPath;
  const folder = (storage: string) => configOf({ queue: { storage } }).extensions["file_storage"];

  test("is told the same whichever disk it is, and is where that disk is", () => {
    expect(folder("PersistentVolumeClaim")).toEqual(folder("EmptyDir"));
    expect(folder("EmptyDir")).toMatchObject({ directory: mounted(pods("EmptyDir")) });
    expect(mounted(pods("PersistentVolumeClaim"))).toBe(mounted(pods("EmptyDir")));
  });

  test("that stays is one of each pod, of the size and class that were asked for", () => {
    const set = pods("PersistentVolumeClaim", { storageMiB: 4096, storageClass: "fast" });
    expect(set).toMatchObject({
      replicas: 2,
      volumeClaimTemplates: [
        {
          metadata: { name: "queue" },
          spec: {
            accessModes: ["ReadWriteOnce"],
            storageClassName: "fast",
            resources: { requests: { storage: "4096Mi" } },
          },
        },
      ],
    });
    expect(set.template.spec.volumes).toEqual(pods("Memory").template.spec.volumes);
  });

  test("without a class takes the cluster's default", () => {
    const [claim] = pods("PersistentVolumeClaim").volumeClaimTemplates as { spec?: object }[];
    expect(claim?.spec).toBeDefined();
    expect(claim?.spec).not.toHaveProperty("storageClassName");
  });
});
