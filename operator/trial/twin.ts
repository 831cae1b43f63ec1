/** The objects of one trial attempt: two throw-away twins of a component, one injected, and the Job that drives them. Pure. */
import { AGENT_ENV } from "../../agent/contract.ts";
import type { Manifest } from "../cluster/cluster.ts";
import { agentConfigMap } from "../injection/agent.ts";
import { annotationValue } from "../injection/annotation.ts";
import { inject } from "../injection/inject.ts";
import { AGENT_ANNOTATION } from "../injection/names.ts";
import { applyPatch } from "../injection/patch.ts";
import {
  type Container,
  type DeploymentSpec,
  type PodSpec,
  targetIn,
  type Template,
} from "../injection/pod.ts";
import { shorten } from "../injection/shorten.ts";
import { owned } from "../migration/labels.ts";
import type { ComponentSpec } from "../migration/schema.ts";
import type { Migration } from "../migration/types.ts";
import { claimed, copyTemplate, type Refused } from "./copy.ts";
import { type Addresses, loadPod, METER_PORT, restricted, SINK_PORT } from "./load.ts";
import { doorOf } from "./door.ts";
import { type TrialSetting, twinSeconds } from "./setting.ts";

const ATTEMPT = "flashcard-otel.dev/attempt";
const COMPONENT = "flashcard-otel.dev/component";
const ROLE = "flashcard-otel.dev/role";

/** Names of an attempt's objects; the sink keeps its name, because the agent's configuration (and so its hash) holds it. */
export const trialNames = (
  { metadata }: Migration,
  { name }: ComponentSpec,
  attempt: string,
): Record<"plain" | "injected" | "job" | "scripts" | "sink", string> => {
  const base = shorten(`${metadata.name}-trial-${name}`, 40);
  return {
    plain: `${base}-${attempt}-plain`,
    injected: `${base}-${attempt}-injected`,
    job: `${base}-${attempt}`,
    scripts: `${base}-${attempt}-scripts`,
    sink: shorten(`${metadata.name}-sink-${name}`, 63),
  };
};

/** The twins and what they need, in the order in which they are needed; or why there can be none. */
export const twins = (setting: TrialSetting): { manifests: Manifest[] } | Refused => {
  const door = doorOf(setting);
  if ("refused" in door) return door;
  const { template, volumeClaimTemplates = [] } = setting.deployment.spec as DeploymentSpec;
  const [claim] = volumeClaimTemplates;
  if (claim) return claimed(claim.metadata.name);
  const copy = copyTemplate(template, { target: door.container, env: setting.spec.trial.env });
  if ("refused" in copy) return copy;
  const plain = twinSpec(copy.spec, setting);
  const agent = trialAgent(setting);
  const injected = injectedSpec(plain, { setting, hash: agent.hash });
  if ("refused" in injected) return injected;
  return {
    manifests: [
      agent.manifest,
      scripts(setting),
      sinkService(setting),
      ...inOrder(setting, { plain, injected: injected.spec }),
    ],
  };
};

/** The second one goes to the node of the first: both share its noise. Slots are crossed over from pair to pair. */
const inOrder = (setting: TrialSetting, specs: Record<Twin, PodSpec>): Manifest[] => {
  const first = setting.whole?.first ?? "plain";
  const second = first === "plain" ? "injected" : "plain";
  return [
    pod(setting, first, { ...specs[first], affinity: placing(setting) }),
    pod(setting, second, { ...specs[second], affinity: beside(setting, first) }),
  ];
};

type Twin = "plain" | "injected";

/** Built once both twins are ready and have addresses. */
export const loadJob = (setting: TrialSetting, addresses: Addresses): Manifest => {
  const door = doorOf(setting);
  if ("refused" in door) throw new Error(`building the load: ${door.refused.message}`);
  const names = trialNames(setting.migration, setting.spec, setting.attempt);
  const { port, path: readinessPath } = door;
  const spec = loadPod({ setting, addresses, port, readinessPath, scripts: names.scripts });
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: metadata(setting, names.job, "load"),
    spec: {
      // Another try is another attempt with fresh twins; a second pod would write into the first one's record.
      backoffLimit: 0,
      activeDeadlineSeconds: twinSeconds(setting.migration),
      template: {
        metadata: { labels: labels(setting, "load") },
        spec: { ...spec, affinity: beside(setting, "injected") },
      },
    },
  };
};

const labelled = (setting: TrialSetting, role: string) =>
  owned(setting.migration, {
    // Not the component's name: a Service of the user's may select by this well-known label.
    component: "trial",
    extra: { [ATTEMPT]: setting.attempt, [COMPONENT]: setting.spec.name, [ROLE]: role },
  });

const labels = (setting: TrialSetting, role: string): Record<string, string> =>
  labelled(setting, role).labels;

const metadata = (setting: TrialSetting, name: string, role: string): Manifest["metadata"] => ({
  name,
  namespace: setting.migration.metadata.namespace,
  ...labelled(setting, role),
});

/** On the node of that twin. */
const beside = ({ attempt, spec }: TrialSetting, role: string) => ({
  podAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      {
        topologyKey: "kubernetes.io/hostname",
        labelSelector: {
          matchLabels: { [ATTEMPT]: attempt, [COMPONENT]: spec.name, [ROLE]: role },
        },
      },
    ],
  },
});

/** Wishes: to the node that the attempt has, or, while it has none, to one on which no other trial is. */
const placing = ({ attempt, node }: TrialSetting) =>
  node === undefined
    ? { podAntiAffinity: wishing({ podAffinityTerm: another(attempt) }) }
    : { nodeAffinity: wishing({ preference: named(node) }) };

const wishing = (wish: object) => ({
  preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, ...wish }],
});

const named = (node: string) => ({
  matchFields: [{ key: "metadata.name", operator: "In", values: [node] }],
});

/** In whatever namespace. */
const another = (attempt: string) => ({
  topologyKey: "kubernetes.io/hostname",
  namespaceSelector: {},
  labelSelector: {
    matchExpressions: [
      { key: ROLE, operator: "Exists" },
      { key: ATTEMPT, operator: "NotIn", values: [attempt] },
    ],
  },
});

const trialAgent = (setting: TrialSetting) => {
  const { migration, spec, profile, sources } = setting;
  const { sink } = trialNames(migration, spec, setting.attempt);
  const endpoint = `http://${sink}.${migration.metadata.namespace}.svc:${SINK_PORT}`;
  const delivery = { profile, legacyOff: false, agentSource: sources.agent, endpoint };
  return agentConfigMap(migration, spec, delivery);
};

const scripts = (setting: TrialSetting): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: metadata(
    setting,
    trialNames(setting.migration, setting.spec, setting.attempt).scripts,
    "scripts",
  ),
  immutable: true,
  data: { "trial.js": setting.sources.trial },
});

/** The injected twin must know where to export to before the load exists. */
const sinkService = (setting: TrialSetting): Manifest => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: metadata(
    setting,
    trialNames(setting.migration, setting.spec, setting.attempt).sink,
    "sink",
  ),
  spec: {
    selector: { [ATTEMPT]: setting.attempt, [COMPONENT]: setting.spec.name, [ROLE]: "load" },
    ports: [{ name: "otlp", port: SINK_PORT, targetPort: SINK_PORT }],
    publishNotReadyAddresses: true,
  },
});

const twinSpec = (copy: PodSpec, setting: TrialSetting): PodSpec => ({
  ...copy,
  shareProcessNamespace: true,
  // A twin that ends has failed; started again it would be another process with another history.
  restartPolicy: "Never",
  terminationGracePeriodSeconds: 5,
  activeDeadlineSeconds: twinSeconds(setting.migration),
  ...(setting.settings.trialPriorityClass
    ? { priorityClassName: setting.settings.trialPriorityClass }
    : {}),
  initContainers: [meter(setting)],
});

/** Reads `/proc/<pid>/task/*\/schedstat` of its neighbours, which any user may; it has an id of its own and no rights. */
const meter = ({ settings }: TrialSetting): Container => ({
  name: "flashcard-otel-meter",
  image: settings.images.operator,
  imagePullPolicy: "IfNotPresent",
  restartPolicy: "Always",
  command: ["node", "/app/meter.js"],
  startupProbe: {
    httpGet: { path: "/healthz", port: METER_PORT },
    periodSeconds: 1,
    failureThreshold: 60,
  },
  resources: { requests: { cpu: "20m", memory: "48Mi" }, limits: { memory: "128Mi" } },
  securityContext: restricted(65_533),
});

/** The patch of the webhook, applied here: a trial does not depend on the webhook, and both can only be the same. */
const injectedSpec = (
  plain: PodSpec,
  { setting, hash }: { setting: TrialSetting; hash: string },
): { spec: PodSpec } | Refused => {
  const { container } = setting.spec.target;
  const value = annotationValue({ profile: setting.profile, hash, container, repair: 0 });
  const asking: Template = {
    metadata: { annotations: { [AGENT_ANNOTATION]: value } },
    spec: plain,
  };
  const result = inject(asking, setting.settings.images);
  if ("skip" in result) return { refused: result.skip };
  const { spec } = applyPatch(asking, result.patch);
  const target = targetIn(spec, container);
  // In a fresh pair the agent runs as it will in production: it does not know of the trial.
  const token = setting.whole ? [] : [{ name: AGENT_ENV.trialToken, value: setting.token }];
  const containers = spec.containers.map((candidate) =>
    candidate === target?.container
      ? { ...candidate, env: [...(candidate.env ?? []), ...token] }
      : candidate,
  );
  return { spec: { ...spec, containers } };
};

const pod = (setting: TrialSetting, role: Twin, spec: PodSpec): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: metadata(
    setting,
    trialNames(setting.migration, setting.spec, setting.attempt)[role],
    role,
  ),
  spec,
});
