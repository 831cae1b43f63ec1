/** What one installation of the operator is told by its chart. Read once in main.ts; everything else gets the value. */

export interface Settings {
  /** Images of what the operator starts. `operator` is its own: meter, sink and the SDK of profile Full are in it. */
  images: {
    operator: string;
    collector: string;
    jaeger: string;
    prometheus: string;
    k6: string;
  };
  /** A negative, never preempting class for twins and load; absent: the cluster's default. */
  trialPriorityClass?: string;
  /** Where the operator itself runs. */
  namespace: string;
  /** Namespaces it may work in; empty: all. */
  namespaces: string[];
  /** Name of this process among its replicas. */
  identity: string;
  webhook: WebhookSettings;
  lease: string;
  /** Folder with agent.cjs. */
  agentFolder: string;
  /** Folder with trial.js and pulse.js. */
  k6Folder: string;
  ports: { health: number; metrics: number };
  /** Service of the operator's own /metrics; absent: no managed Prometheus reads them. */
  metricsService?: string;
  /** How long leaving may take when the chart is uninstalled. */
  uninstallSeconds: number;
  logLevel: string;
}

export interface WebhookSettings {
  service: string;
  /** Of the MutatingWebhookConfiguration. */
  configuration: string;
  secret: string;
  /** Whether the controller makes the certificate; otherwise somebody else keeps the Secret and tells the API server. */
  isOurs: boolean;
  port: number;
  /** Where the Secret is mounted (role webhook). */
  certificateFolder: string;
}

type Environment = Record<string, string | undefined>;

/** Throws one sentence that names everything that is missing or wrong. */
export const settingsFrom = (env: Environment): Settings => {
  const trouble: string[] = [];
  const text = textIn(env, trouble);
  const port = portIn(env, trouble);
  const settings: Settings = {
    images: {
      operator: text("OPERATOR_IMAGE"),
      collector: text("COLLECTOR_IMAGE"),
      jaeger: text("JAEGER_IMAGE"),
      prometheus: text("PROMETHEUS_IMAGE"),
      k6: text("K6_IMAGE"),
    },
    ...(env["TRIAL_PRIORITY_CLASS"] ? { trialPriorityClass: env["TRIAL_PRIORITY_CLASS"] } : {}),
    namespace: text("POD_NAMESPACE"),
    namespaces: (env["WATCH_NAMESPACES"] ?? "").split(",").filter((name) => name !== ""),
    identity: text("POD_NAME"),
    webhook: {
      service: text("WEBHOOK_SERVICE"),
      configuration: text("WEBHOOK_CONFIGURATION"),
      secret: text("WEBHOOK_SECRET"),
      isOurs: env["WEBHOOK_CERTIFICATE"] !== "given",
      port: port("WEBHOOK_PORT", 9443),
      certificateFolder: text("CERTIFICATE_FOLDER", "/certificates"),
    },
    lease: text("LEASE_NAME", "flashcard-otel"),
    agentFolder: text("AGENT_FOLDER", "/app"),
    k6Folder: text("K6_FOLDER", "/app/k6"),
    ports: { health: port("HEALTH_PORT", 8081), metrics: port("METRICS_PORT", 8082) },
    ...(env["METRICS_SERVICE"] ? { metricsService: env["METRICS_SERVICE"] } : {}),
    uninstallSeconds: Number(env["UNINSTALL_SECONDS"] ?? 240),
    logLevel: text("LOG_LEVEL", "info"),
  };
  if (trouble.length > 0) throw new Error(`reading the environment: ${trouble.join("; ")}`);
  return settings;
};

const textIn =
  (env: Environment, trouble: string[]) =>
  (name: string, fallback = ""): string => {
    const value = env[name] || fallback;
    if (value === "") trouble.push(`${name} is not set`);
    return value;
  };

const portIn =
  (env: Environment, trouble: string[]) =>
  (name: string, fallback: number): number => {
    const port = Number(env[name] ?? fallback);
    if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
    trouble.push(`${name} is no port: ${env[name]}`);
    return fallback;
  };

/** Names under which the API server reaches the webhook; the first is the one it verifies. */
export const webhookNames = ({ namespace, webhook: { service } }: Settings): string[] => [
  `${service}.${namespace}.svc`,
  `${service}.${namespace}.svc.cluster.local`,
];
