/**
 * The allow-listed copy of a user's pod template. What is not on a list does not reach a twin: no label (so no Service,
 * disruption budget, autoscaler or scrape finds it), no annotation, no affinity, no host port, no probe that restarts it. Pure.
 */
import type { Container, EnvVar, PodSpec, Template, Volume } from "../injection/pod.ts";

export interface Refused {
  refused: { reason: string; message: string };
}

const POD_FIELDS = [
  "serviceAccountName",
  "automountServiceAccountToken",
  "securityContext",
  "imagePullSecrets",
  "nodeSelector",
  "tolerations",
  "runtimeClassName",
  "dnsPolicy",
  "dnsConfig",
  "hostAliases",
  "enableServiceLinks",
  "os",
];

const CONTAINER_FIELDS = [
  "name",
  "image",
  "imagePullPolicy",
  "command",
  "args",
  "workingDir",
  "env",
  "envFrom",
  "resources",
  "securityContext",
  "volumeMounts",
  "readinessProbe",
];

/** Sources that a second reader cannot disturb. */
const VOLUME_SOURCES = ["configMap", "secret", "emptyDir", "projected", "downwardAPI"];

const HOST_FIELDS = ["hostNetwork", "hostPID", "hostIPC"];

const pick = (from: object, fields: string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(from).filter(([field]) => fields.includes(field)));

const refuse = (reason: string, message: string): Refused => ({ refused: { reason, message } });

/** The pod specification of a plain twin, with `trial.env` in the target container. */
export const copyTemplate = (
  { spec }: Template,
  { target, env }: { target: string; env: EnvVar[] },
): { spec: PodSpec } | Refused => {
  const refused = refusalOf(spec);
  if (refused) return refused;
  const containers = spec.containers.map((container) =>
    copyContainer(container, container.name === target ? env : []),
  );
  const volumes = spec.volumes ? { volumes: spec.volumes } : {};
  return { spec: { ...pick(spec, POD_FIELDS), containers, ...volumes } };
};

/** The pods have it, and a twin would disturb them. */
export const claimed = (volume: string): Refused =>
  refuse(
    "VolumeNotCopied",
    `volume ${volume} belongs to the running pods; a twin must not use it: set trial.skip, or keep the data elsewhere`,
  );

const refusalOf = (spec: PodSpec): Refused | undefined => {
  const volume = spec.volumes?.find((candidate) => !isShareable(candidate));
  if (volume) {
    const source = Object.keys(volume).find((field) => field !== "name") ?? "unknown";
    return claimed(`${volume.name} (${source})`);
  }
  if ((spec.initContainers ?? []).length > 0)
    return refuse(
      "InitContainers",
      "init containers are not run for twins, they may change shared state: set trial.skip",
    );
  const host = HOST_FIELDS.find((field) => spec[field] === true);
  return host
    ? refuse("HostNamespaces", `a twin cannot use ${host} beside the running pods: set trial.skip`)
    : undefined;
};

const isShareable = ({ name: _name, ...source }: Volume): boolean =>
  Object.keys(source).every((field) => VOLUME_SOURCES.includes(field));

const copyContainer = (container: Container, env: EnvVar[]): Container => ({
  ...(pick(container, CONTAINER_FIELDS) as Container),
  ...(container.ports ? { ports: container.ports.map(withoutHost) } : {}),
  ...(env.length > 0 ? { env: replaceEnv(container.env ?? [], env) } : {}),
});

type Port = NonNullable<Container["ports"]>[number];

const withoutHost = (port: Port): Port =>
  pick(port, ["name", "containerPort", "protocol"]) as unknown as Port;

/** In place where the variable exists, because later ones may use it. */
const replaceEnv = (present: EnvVar[], replacements: EnvVar[]): EnvVar[] => {
  const values = new Map(replacements.map((variable) => [variable.name, variable]));
  const known = new Set(present.map(({ name }) => name));
  return [
    ...present.map((variable) => values.get(variable.name) ?? variable),
    ...replacements.filter(({ name }) => !known.has(name)),
  ];
};
