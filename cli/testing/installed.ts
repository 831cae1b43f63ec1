/** The operator as the chart installs it, and what its programs use, for tests. */
import type { Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";

const HOME = "flashcard-otel";

const labels = (component: string): Record<string, string> => ({
  "app.kubernetes.io/name": "flashcard-otel",
  "app.kubernetes.io/instance": "rel",
  "app.kubernetes.io/component": component,
});

const program = (component: string, ready: number): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: `rel-${component}`, namespace: HOME, labels: labels(component) },
  spec: {
    replicas: 1,
    template: {
      spec: {
        containers: [
          {
            name: component,
            image: "flashcard-otel:0.1.0",
            env: [
              { name: "OPERATOR_IMAGE", value: "flashcard-otel:0.1.0" },
              { name: "WATCH_NAMESPACES" },
            ],
          },
        ],
      },
    },
  },
  status: { readyReplicas: ready },
});

const pod = (component: string): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: `rel-${component}-0`, namespace: HOME, labels: labels(component) },
  spec: { containers: [{ name: component, image: "flashcard-otel:0.1.0" }] },
});

const registration = (kind: string, rest: object): Manifest => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind,
  metadata: { name: "rel", labels: labels("webhook") },
  ...rest,
});

export const installed = ({ ready = 1 } = {}): Manifest[] => [
  program("controller", ready),
  program("webhook", ready),
  pod("controller"),
  registration("MutatingWebhookConfiguration", {
    webhooks: [{ name: "inject", clientConfig: { caBundle: "AAAA" } }],
  }),
  registration("ValidatingAdmissionPolicy", {}),
];

export const usage = (
  component: string,
  { namespace = HOME, cpu = "12m", memory = "77Mi" } = {},
): Manifest => ({
  apiVersion: "metrics.k8s.io/v1beta1",
  kind: "PodMetrics",
  metadata: {
    name: `${component}-0`,
    namespace,
    labels:
      namespace === HOME
        ? labels(component)
        : {
            "flashcard-otel.dev/migration": "pipeline",
            "app.kubernetes.io/component": component,
          },
  },
  containers: [{ name: component, usage: { cpu, memory } }],
});
