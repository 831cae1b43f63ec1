import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import type { Manifest } from "../cluster/cluster.ts";
import type { DeploymentSpec } from "../injection/pod.ts";
import { spec, world } from "../migration/scenes.ts";
import type { Settings } from "../settings.ts";
import { backendManifests, checks } from "./manifests.ts";

const settings = {
  images: { operator: "o:1", collector: "c:1", jaeger: "j:1", prometheus: "p:1", k6: "k:1" },
} as Settings;
const { migration } = world();

const manifests = (backends = {}): Manifest[] =>
  backendManifests(world({ spec: spec({ backends }) }).migration, settings);

const find = (objects: Manifest[], kind: string, name: string): Manifest => {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found;
};

const collectorConfig = (objects: Manifest[]) =>
  parse(find(objects, "ConfigMap", "pipeline-collector").data?.["collector.yaml"] ?? "") as {
    exporters: Record<string, { endpoint?: string }>;
    service: { pipelines: Record<string, { exporters: string[] }> };
  };

const templateOf = (object: Manifest): DeploymentSpec["template"] =>
  (object.spec as DeploymentSpec).template;

const annotation = (objects: Manifest[]) =>
  templateOf(find(objects, "Deployment", "pipeline-collector")).metadata?.annotations;

describe("the managed backends", () => {
  test("are a ConfigMap, a Service and a Deployment each, owned by the resource", () => {
    const objects = manifests();
    expect(objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual(
      ["jaeger", "prometheus", "collector"].flatMap((name) =>
        ["ConfigMap", "Service", "Deployment"].map((kind) => `${kind}/pipeline-${name}`),
      ),
    );
    for (const { metadata } of objects)
      expect(metadata.ownerReferences?.[0]).toMatchObject({ uid: "uid-1", controller: true });
  });

  test("run without rights, privileges and a writable root", () => {
    for (const object of manifests().filter(({ kind }) => kind === "Deployment")) {
      const pod = templateOf(object).spec;
      expect(pod["automountServiceAccountToken"]).toBe(false);
      for (const { securityContext } of pod.containers)
        expect(securityContext).toMatchObject({
          runAsNonRoot: true,
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
        });
    }
  });

  test("a Service finds the pods of its own Deployment only", () => {
    const objects = manifests();
    for (const name of ["jaeger", "prometheus", "collector"]) {
      const { selector } = find(objects, "Service", `pipeline-${name}`).spec as {
        selector: Record<string, string>;
      };
      const matching = objects.filter(
        (object) =>
          object.kind === "Deployment" &&
          Object.entries(selector).every(
            ([key, value]) => templateOf(object).metadata?.labels?.[key] === value,
          ),
      );
      expect(matching.map(({ metadata }) => metadata.name)).toEqual([`pipeline-${name}`]);
    }
  });

  test("another configuration is another template, the same one is not", () => {
    const external = { metrics: { externalUrl: "http://prometheus:9090" } };
    expect(annotation(manifests())).toEqual(annotation(manifests()));
    expect(annotation(manifests())).not.toEqual(annotation(manifests(external)));
  });

  test("what is external is not ours to run, and is sent to", () => {
    const objects = manifests({
      traces: { externalQueryUrl: "https://jaeger.example:16686/" },
      metrics: { externalUrl: "http://prometheus:9090" },
    });
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(
      Array.from({ length: 3 }, () => "pipeline-collector"),
    );
    const { exporters, service } = collectorConfig(objects);
    expect(service.pipelines["traces"]?.exporters).toEqual(["otlp_http/traces"]);
    expect(exporters["otlp_http/traces"]?.endpoint).toBe("http://jaeger.example:4318");
    expect(exporters["otlp_http/prometheus"]?.endpoint).toBe("http://prometheus:9090/api/v1/otlp");
  });

  test("the Prometheus reads what the operator tells about this migration, and nothing about others", () => {
    const told = {
      ...settings,
      namespace: "home",
      metricsService: "rel",
      ports: { metrics: 8082 },
    };
    const configOf = (some: object) =>
      parse(
        find(backendManifests(migration, some as Settings), "ConfigMap", "pipeline-prometheus")
          .data?.["prometheus.yaml"] ?? "",
      ) as { scrape_configs?: object[] };
    expect(configOf(settings).scrape_configs).toBeUndefined();
    expect(configOf(told).scrape_configs).toMatchObject([
      {
        dns_sd_configs: [{ names: ["rel.home.svc"], port: 8082 }],
        metric_relabel_configs: [
          { source_labels: ["namespace", "migration"], regex: "shop;pipeline", action: "keep" },
        ],
      },
    ]);
  });

  test("every exporter of a pipeline is defined", () => {
    const { exporters, service } = collectorConfig(manifests());
    const used = Object.values(service.pipelines).flatMap((pipeline) => pipeline.exporters);
    expect(used.filter((name) => !(name in exporters))).toEqual([]);
  });
});

test("the configuration is checked by the very image on a copy of the very file the collector gets", () => {
  const [copy, job] = checks(migration, settings);
  const { template } = (job?.spec ?? {}) as Partial<DeploymentSpec>;
  const [check] = template?.spec.containers ?? [];
  const [running] = templateOf(find(manifests(), "Deployment", "pipeline-collector")).spec
    .containers;
  expect(check?.image).toBe(running?.image);
  expect(check?.args).toEqual(["validate", ...(running?.args ?? [])]);
  expect(template?.spec.volumes).toEqual([
    { name: "config", configMap: { name: copy?.metadata.name } },
  ]);
  expect(copy).toMatchObject({
    immutable: true,
    data: find(manifests(), "ConfigMap", "pipeline-collector").data,
  });
});
