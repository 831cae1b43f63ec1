/** What a planted trial needs on a cluster: the rig's service, its items, the stand-in agent, and a resource about it. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { NAMESPACE } from "../kit/migration.ts";
import type { Resource } from "../kit/story.ts";

export const NAME = "planted";
const PORT = 8080;

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const bundled = async (file: string): Promise<string> => {
  const result = await build({
    entryPoints: [here(file)],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node24",
    logLevel: "warning",
  });
  return result.outputFiles[0]?.text ?? "";
};

const configMap = (name: string, data: Record<string, string>) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: NAMESPACE },
  data,
});

const ITEM = `import http from "k6/http";
export const item = ({ url, headers }) => http.post(url + "/items", "word", { headers });
`;

/** The text of the agent in whose place the operator's own would be. */
export const standIn = (): Promise<string> => bundled("../../loadtest/testing/agent.cjs");

/** `image`: any that has Node. `rounds`: the work of an item. */
export const service = async (image: string, rounds: number): Promise<object[]> => [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } },
  configMap(`${NAME}-items`, { "item.js": ITEM }),
  configMap(`${NAME}-app`, { "app.cjs": await bundled("../../loadtest/testing/app.ts") }),
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: NAME, namespace: NAMESPACE },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: NAME } },
      template: {
        metadata: { labels: { app: NAME } },
        spec: {
          automountServiceAccountToken: false,
          containers: [container(image, rounds)],
          volumes: [{ name: "app", configMap: { name: `${NAME}-app` } }],
        },
      },
    },
  },
];

const container = (image: string, rounds: number): object => ({
  name: "app",
  image,
  imagePullPolicy: "IfNotPresent",
  command: ["node", "/planted/app.cjs"],
  env: [
    { name: "HOST", value: "0.0.0.0" },
    { name: "PORT", value: String(PORT) },
    { name: "ROUNDS", value: String(rounds) },
  ],
  ports: [{ containerPort: PORT }],
  readinessProbe: { httpGet: { path: "/readyz", port: PORT }, periodSeconds: 1 },
  resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "256Mi" } },
  volumeMounts: [{ name: "app", mountPath: "/planted", readOnly: true }],
});

/** The stand-in costs several percent by itself, the same for items on and off: the pairs of twins must not decide in key 1's place. */
const GUARD_PERCENT = 15;

/** `env`: what is planted, of the service and of the agent. */
export const resource = (env: Record<string, string>, pairs: number): Resource => ({
  apiVersion: "flashcard-otel.dev/v1alpha1",
  kind: "FlashcardTelemetry",
  metadata: { name: NAME, namespace: NAMESPACE },
  spec: {
    target: "Instrumented",
    budget: { cpuPercent: 1, guardPercent: GUARD_PERCENT, alpha: 0.05, onInconclusive: "Hold" },
    components: [
      {
        name: NAME,
        target: { kind: "Deployment", name: NAME },
        profile: "Lean",
        rollout: { soakSeconds: 1, acceptNotGuarded: true },
        trial: {
          sideEffects: "None",
          items: { configMap: `${NAME}-items` },
          env: Object.entries(env).map(([name, value]) => ({ name, value })),
          warmupItems: 1000,
          pairs,
        },
      },
    ],
  },
});
