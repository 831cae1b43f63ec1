/** Three services as a cluster shows them, for tests. */
import type { Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";

export const SERVICES = ["gateway", "worker", "api"] as const;

export const template = (name: string, difference: object = {}) => ({
  metadata: { labels: { app: name } },
  spec: {
    containers: [
      {
        name: "app",
        image: `registry.example/${name}:1.4.2`,
        ports: [{ name: "http", containerPort: 8080 }],
        env: [
          { name: "NODE_OPTIONS", value: "--max-old-space-size=256" },
          { name: "DATABASE_URL", value: "postgres://shop:hunter2@postgres.shop.svc:5432/shop" },
          { name: "LOG_LEVEL", value: "info" },
        ],
        readinessProbe: { httpGet: { path: "/readyz", port: 8080 } },
        resources: { limits: { memory: "512Mi" } },
        ...difference,
      },
    ],
  },
});

export const deployment = (name: string, difference: object = {}): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: "shop", uid: `uid-${name}`, generation: 1, labels: { app: name } },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: name } },
    template: template(name),
    ...difference,
  },
  status: {
    observedGeneration: 1,
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
  },
});

export const replicaSet = (name: string): Manifest => ({
  apiVersion: "apps/v1",
  kind: "ReplicaSet",
  metadata: {
    name: `${name}-5d9c7b6f4`,
    namespace: "shop",
    uid: `uid-set-${name}`,
    ownerReferences: [
      { apiVersion: "apps/v1", kind: "Deployment", name, uid: `uid-${name}`, controller: true },
    ],
  },
  spec: { replicas: 3, template: template(name) },
});

export const pod = (name: string, difference: Partial<Manifest["metadata"]> = {}): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: `${name}-5d9c7b6f4-x2x9z`,
    namespace: "shop",
    labels: { app: name },
    ownerReferences: [
      {
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        name: `${name}-5d9c7b6f4`,
        uid: `uid-set-${name}`,
        controller: true,
      },
    ],
    ...difference,
  },
  spec: template(name).spec,
  status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
});
