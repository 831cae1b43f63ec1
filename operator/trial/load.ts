/** The pod of the k6 Job: our entry, the user's items, and the sink that the injected twin exports to. Pure. */
import { AGENT_ENV } from "../../agent/contract.ts";
import { collectorEndpoint, RATIO } from "../injection/agent.ts";
import type { Container, EnvVar, PodSpec } from "../injection/pod.ts";
import type { TrialSetting, WholeSetting } from "./setting.ts";

export const SINK_PORT = 4318;
export const METER_PORT = 9465;

/** Off against off, before anything is compared. */
const AA_BLOCKS = 10;
/** Items that alternate between the twins, as a check of the whole. */
const TWIN_PAIRS = 100;
/** Measured items of each twin of a fresh pair; its length is mostly that of starting and of the last export. */
const EPOCH_ITEMS = 300;
const SCRIPTS = "scripts";

/** Runs as nobody, with nothing. */
export const restricted = (user: number) => ({
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
});

export interface Addresses {
  plain: string;
  injected: string;
}

export interface Plan {
  setting: TrialSetting;
  addresses: Addresses;
  /** Of the application in the twins. */
  port: number;
  readinessPath: string;
  /** ConfigMap with our scripts. */
  scripts: string;
}

export const loadPod = (plan: Plan): PodSpec => {
  const { settings, spec } = plan.setting;
  return {
    restartPolicy: "Never",
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 5,
    ...(settings.trialPriorityClass ? { priorityClassName: settings.trialPriorityClass } : {}),
    initContainers: [sink(plan)],
    containers: [k6(plan)],
    volumes: [
      {
        name: SCRIPTS,
        projected: {
          // Ours come last and win: no module of the user's can take the place of the entry.
          sources: [spec.trial.items?.configMap ?? "", plan.scripts].map((name) => ({
            configMap: { name },
          })),
        },
      },
    ],
  };
};

/** A native side-car: there before the first item, and never the reason why the Job does not end. */
const sink = ({ setting }: Plan): Container => ({
  name: "sink",
  image: setting.settings.images.operator,
  imagePullPolicy: "IfNotPresent",
  restartPolicy: "Always",
  command: ["node", "/app/sink.js"],
  env: environment({
    [AGENT_ENV.trialToken]: setting.token,
    FORWARD_URL: collectorEndpoint(setting.migration),
  }),
  ports: [{ name: "otlp", containerPort: SINK_PORT }],
  startupProbe: { tcpSocket: { port: SINK_PORT }, periodSeconds: 1, failureThreshold: 60 },
  resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "256Mi" } },
  securityContext: restricted(65_532),
});

const k6 = (plan: Plan): Container => ({
  name: "k6",
  image: plan.setting.settings.images.k6,
  imagePullPolicy: "IfNotPresent",
  command: ["/usr/bin/k6"],
  args: "run --quiet --no-usage-report --log-format raw --log-output stdout /scripts/trial.js".split(
    " ",
  ),
  env: environment(parameters(plan)),
  resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "512Mi" } },
  securityContext: restricted(65_532),
  volumeMounts: [{ name: SCRIPTS, mountPath: "/scripts", readOnly: true }],
});

const environment = (values: Record<string, string | number>): EnvVar[] =>
  Object.entries(values).map(([name, value]) => ({ name, value: String(value) }));

const at = (address: string, port: number): string =>
  `http://${address.includes(":") ? `[${address}]` : address}:${port}`;

const parameters = ({ setting, addresses, port, readinessPath }: Plan) => {
  const { pairsPerBlock, warmupItems, itemsPerExport } = setting.spec.trial;
  const { cpuPercent, alpha } = setting.migration.spec.budget;
  return {
    ATTEMPT: setting.attempt,
    TOKEN: setting.token,
    TWIN_URL: at(addresses.injected, port),
    TWIN_METER_URL: at(addresses.injected, METER_PORT),
    PLAIN_URL: at(addresses.plain, port),
    PLAIN_METER_URL: at(addresses.plain, METER_PORT),
    SINK_URL: `http://127.0.0.1:${SINK_PORT}`,
    FLUSH_PATH: readinessPath,
    WARMUP_ITEMS: warmupItems,
    AA_BLOCKS,
    BLOCKS: blocks(setting),
    PAIRS_PER_BLOCK: pairsPerBlock,
    MARGIN_PERCENT: cpuPercent,
    ALPHA: alpha,
    TWIN_PAIRS,
    ITEMS_PER_EXPORT: itemsPerExport,
    SAMPLE_RATIO: setting.profile === "Sampled" ? RATIO.Sampled : 1,
    // From the attempt, so that a Job which is made again does the same again.
    SEED: seedOf(setting.attempt),
    ...(setting.whole ? ofPair(setting, setting.whole) : {}),
  };
};

/** What is different for a fresh pair. */
const ofPair = (setting: TrialSetting, { record, pair, first, maxPairs }: WholeSetting) => ({
  ATTEMPT: record,
  PAIR: pair,
  FIRST: first,
  MAX_PAIRS: maxPairs,
  EPOCH_ITEMS,
  WARMUP_ITEMS: warmupOfPair(setting.spec.trial),
  MARGIN_PERCENT: setting.migration.spec.budget.guardPercent,
});

type Trial = TrialSetting["spec"]["trial"];

const warmupOfPair = ({ warmupItems }: Trial): number => Math.min(warmupItems, EPOCH_ITEMS);

/** Of both twins. */
export const itemsOfPair = (trial: Trial): number => 2 * (warmupOfPair(trial) + EPOCH_ITEMS);

/** The first seven characters of an attempt are hexadecimal. */
export const seedOf = (attempt: string): number => Number.parseInt(attempt.slice(0, 7), 16);

/** A ConfigMap holds 1 MiB. */
const RECORD_BYTES = 900_000;

/** Of a block's line: two items of each pair, each with CPU and wall time. */
const bytesOf = (pairs: number): number => 200 + 26 * pairs;

/** As many as the user's limit on items leaves room for, and the record. */
const blocks = ({ spec: { trial } }: TrialSetting): number => {
  const { maxItems, warmupItems, pairsPerBlock } = trial;
  const left = maxItems - warmupItems - 2 * TWIN_PAIRS;
  // Each block has a pair more, for its export.
  const served = Math.floor(left / (2 * (pairsPerBlock + 1)));
  const recorded = Math.floor(RECORD_BYTES / bytesOf(pairsPerBlock));
  return Math.max(1, Math.min(served, recorded) - AA_BLOCKS);
};
