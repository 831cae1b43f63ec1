/**
 * Everything that speaks against an injection. Any doubt leaves the pod as it is: an uninstrumented pod is a gap that the
 * operator sees and reports, a pod that does not start is an outage.
 */
import { AGENT_PATH, FULL_PATH } from "../../agent/contract.ts";
import { AGENT_VOLUME, FULL_VOLUME, IDENTITY, INJECTED_ANNOTATION, REQUIRE } from "./names.ts";
import { type Container, type EnvVar, lastIndexOf, type Template } from "./pod.ts";

export type SkipReason =
  | "NotAsked"
  | "BadAnnotation"
  | "ContainerMissing"
  | "AlreadyInjected"
  | "InjectedDifferently"
  | "MirrorPod"
  | "WindowsPod"
  | "HostNetwork"
  | "NameClash"
  | "NodeOptionsFromSource"
  | "NodeOptionsUnknown"
  | "RestrictedRuntime"
  | "OtherAgent";

export interface Skip {
  reason: SkipReason;
  message: string;
}

export interface Subject {
  pod: Template;
  container: Container;
  /** What the `injected` annotation shall say: `<profile>@<hash>`. */
  mark: string;
}

type Obstacle = (subject: Subject) => Skip | undefined;

export const nodeOptions = ({ env }: Container): EnvVar | undefined =>
  env?.[lastIndexOf(env, "NODE_OPTIONS")];

const injectedBefore: Obstacle = ({ pod, container, mark }) => {
  const present = pod.metadata?.annotations?.[INJECTED_ANNOTATION];
  if (present === undefined) return undefined;
  const whole = present === mark && (nodeOptions(container)?.value ?? "").includes(REQUIRE);
  if (whole) return { reason: "AlreadyInjected", message: `carries ${mark} already` };
  return {
    reason: "InjectedDifferently",
    message: `carries ${present} but ${mark} is asked for: a copy of an injected pod is not injected again; remove the annotation ${INJECTED_ANNOTATION} and what belongs to it`,
  };
};

const kindOfPod: Obstacle = ({ pod: { metadata, spec } }) => {
  if (metadata?.annotations?.["kubernetes.io/config.mirror"] !== undefined)
    return { reason: "MirrorPod", message: "a static pod is not changed" };
  if (spec.os?.name === "windows")
    return { reason: "WindowsPod", message: "the agent is delivered to Linux containers only" };
  if (spec.hostNetwork && spec.dnsPolicy !== "ClusterFirstWithHostNet")
    return {
      reason: "HostNetwork",
      message:
        "a pod on the host's network cannot resolve the collector's Service; set dnsPolicy: ClusterFirstWithHostNet",
    };
  return undefined;
};

const isWithin = (path: string, folder: string): boolean =>
  `${path.replace(/\/+$/, "")}/`.startsWith(`${folder.replace(/\/+$/, "")}/`);

const OUR_VOLUMES: readonly string[] = [AGENT_VOLUME, FULL_VOLUME];

const clashes = (mountPath: string): boolean =>
  [AGENT_PATH, FULL_PATH].some((ours) => isWithin(mountPath, ours) || isWithin(ours, mountPath));

/** Whatever already uses one of our names, in words. */
const taken = ({ pod: { spec }, container }: Subject): string[] => {
  const volumes = (spec.volumes ?? []).map(({ name }) => name);
  const containers = [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name);
  const mounts = (container.volumeMounts ?? []).map(({ mountPath }) => mountPath);
  const variables = (container.env ?? []).map(({ name }) => name);
  const options = nodeOptions(container)?.value ?? "";
  return [
    ...volumes.filter((name) => OUR_VOLUMES.includes(name)).map((name) => `volume ${name}`),
    ...containers.filter((name) => name === FULL_VOLUME).map((name) => `container ${name}`),
    ...mounts.filter(clashes).map((mountPath) => `mount path ${mountPath}`),
    ...variables.filter((name) => Object.hasOwn(IDENTITY, name)).map((name) => `variable ${name}`),
    ...(options.includes(`${AGENT_PATH}/`) ? [`${AGENT_PATH} in NODE_OPTIONS`] : []),
  ];
};

const names: Obstacle = (subject) => {
  const [what] = taken(subject);
  return what === undefined
    ? undefined
    : {
        reason: "NameClash",
        message: `${what} is already in use: the names flashcard-otel* and FLASHCARD_OTEL_* are reserved`,
      };
};

const foreignOptions: Obstacle = ({ container }) =>
  nodeOptions(container)?.valueFrom && {
    reason: "NodeOptionsFromSource",
    message:
      "NODE_OPTIONS comes from a ConfigMap, Secret or field, which the webhook cannot extend; write it into the template as a value",
  };

/** Names of sources that may hold a NODE_OPTIONS; with a prefix that does not fit they cannot. */
const suspects = ({ envFrom = [] }: Container): string[] =>
  envFrom
    .filter(({ prefix = "" }) => "NODE_OPTIONS".startsWith(prefix))
    .map(({ configMapRef, secretRef }) => configMapRef?.name ?? secretRef?.name ?? "envFrom");

/** A variable in `env` hides the one from a source, so we must be sure that there is none. */
const hiddenOptions: Obstacle = ({ container }) => {
  const [from] = nodeOptions(container) ? [] : suspects(container);
  return from === undefined
    ? undefined
    : {
        reason: "NodeOptionsUnknown",
        message: `${from} may hold a NODE_OPTIONS that ours would hide; add NODE_OPTIONS to env (an empty value will do) to say what it shall be`,
      };
};

/** Under these Node refuses to read, or to run, a file it was not told about. */
const RESTRICTED = /(?:^|\s)--(?:experimental-)?(?:permission|frozen-intrinsics|policy)(?:[\s=]|$)/;

const OTHER_AGENTS =
  /@opentelemetry\/auto-instrumentations-node|autoinstrumentation\.js|dd-trace|newrelic|elastic-apm-node|@splunk\/otel|@dash0\/|@instana\/|appdynamics|dynatrace|@lumigo\/|applicationinsights|odigos|@honeycombio\/|@sentry\/[^\s]*(?:preload|instrument)/i;

const AGENT_REQUESTS = [
  "instrumentation.opentelemetry.io/inject-nodejs",
  "instrumentation.opentelemetry.io/inject-sdk",
  "admission.datadoghq.com/js-lib.version",
];

const commandLine = (container: Container): string =>
  [
    nodeOptions(container)?.value ?? "",
    ...(container.command ?? []),
    ...(container.args ?? []),
  ].join(" ");

const restrictedRuntime: Obstacle = ({ container }) => {
  const flag = RESTRICTED.exec(commandLine(container))?.[0].trim();
  return flag
    ? {
        reason: "RestrictedRuntime",
        message: `Node runs with ${flag}, under which no agent can be loaded`,
      }
    : undefined;
};

const otherAgent: Obstacle = ({ pod, container }) => {
  const found =
    OTHER_AGENTS.exec(commandLine(container))?.[0] ??
    AGENT_REQUESTS.find((name) => (pod.metadata?.annotations?.[name] ?? "false") !== "false");
  return found
    ? {
        reason: "OtherAgent",
        message: `${found} instruments this container already; two agents in one process disturb each other`,
      }
    : undefined;
};

const obstacles: Obstacle[] = [
  injectedBefore,
  kindOfPod,
  names,
  foreignOptions,
  hiddenOptions,
  restrictedRuntime,
  otherAgent,
];

/** The first thing that speaks against injecting this pod. */
export const obstacleTo = (subject: Subject): Skip | undefined => {
  for (const obstacle of obstacles) {
    const skip = obstacle(subject);
    if (skip) return skip;
  }
  return undefined;
};
