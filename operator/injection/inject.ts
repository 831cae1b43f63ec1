/**
 * Pod -> JSON patch. Pure: everything it needs is in the pod and its annotation, so the same pod always gives the same
 * bytes, and a second pass over the result changes nothing.
 */
import { AGENT_PATH, FULL_PATH } from "../../agent/contract.ts";
import { type Asked, markOf, parseAnnotation } from "./annotation.ts";
import {
  AGENT_ANNOTATION,
  AGENT_VOLUME,
  agentName,
  FULL_VOLUME,
  IDENTITY,
  INJECTED_ANNOTATION,
  REQUIRE,
} from "./names.ts";
import { nodeOptions, obstacleTo, type Skip, type Subject } from "./obstacles.ts";
import { insert, type Operation, pointer } from "./patch.ts";
import { type Container, lastIndexOf, targetIn, type Template } from "./pod.ts";

export type Injection = { patch: Operation[] } | { skip: Skip };

export interface Images {
  /** Holds the SDK of profile `full`. */
  operator: string;
}

interface Plan extends Subject {
  asked: Asked;
  index: number;
  images: Images;
}

export const inject = (pod: Template, images: Images): Injection => {
  const value = pod.metadata?.annotations?.[AGENT_ANNOTATION];
  if (value === undefined)
    return { skip: { reason: "NotAsked", message: `no annotation ${AGENT_ANNOTATION}` } };
  const asked = parseAnnotation(value);
  if (!asked)
    return {
      skip: { reason: "BadAnnotation", message: `${AGENT_ANNOTATION}: ${value.slice(0, 100)}` },
    };
  const target = targetIn(pod.spec, asked.container);
  if (!target)
    return {
      skip: {
        reason: "ContainerMissing",
        message: `there is no container ${asked.container ?? ""}`,
      },
    };
  const subject = { pod, container: target.container, mark: markOf(asked) };
  const skip = obstacleTo(subject);
  return skip ? { skip } : { patch: operations({ ...subject, ...target, asked, images }) };
};

const operations = (plan: Plan): Operation[] => [
  guard(plan),
  {
    op: "add",
    path: pointer("metadata", "annotations", INJECTED_ANNOTATION),
    value: plan.mark,
  },
  ...volumes(plan),
  ...mounts(plan),
  ...options(plan),
  ...identity(plan),
  // Last, so that no index above moves.
  ...initContainer(plan),
];

const place = ({ index }: Plan, field: string): string =>
  pointer("spec", "containers", index, field);

/** The index was computed from this very object; the test makes a mistake harmless instead of silent. */
const guard = (plan: Plan): Operation => ({
  op: "test",
  path: place(plan, "name"),
  value: plan.container.name,
});

const isFull = ({ asked }: Plan): boolean => asked.profile === "Full";

const volumes = (plan: Plan): Operation[] => {
  const agent = { name: AGENT_VOLUME, configMap: { name: agentName(plan.asked.hash) } };
  const full = { name: FULL_VOLUME, emptyDir: { sizeLimit: "256Mi" } };
  const items = isFull(plan) ? [agent, full] : [agent];
  return insert("/spec/volumes", plan.pod.spec.volumes, { items, at: "end" });
};

const mounts = (plan: Plan): Operation[] => {
  const agent = { name: AGENT_VOLUME, mountPath: AGENT_PATH, readOnly: true };
  const full = { name: FULL_VOLUME, mountPath: FULL_PATH, readOnly: true };
  const items = isFull(plan) ? [agent, full] : [agent];
  return insert(place(plan, "volumeMounts"), plan.container.volumeMounts, { items, at: "end" });
};

/** The user's text stays an unchanged prefix; of duplicate variables the last one counts, and only that one is extended. */
const options = (plan: Plan): Operation[] => {
  const { container } = plan;
  const present = nodeOptions(container);
  if (!present) {
    const items = [{ name: "NODE_OPTIONS", value: REQUIRE }];
    // `env` itself is created by the first of our variables when there is none.
    return container.env ? insert(place(plan, "env"), container.env, { items, at: "end" }) : [];
  }
  const path = `${place(plan, "env")}/${lastIndexOf(container.env, "NODE_OPTIONS")}`;
  const value = present.value ? `${present.value} ${REQUIRE}` : REQUIRE;
  return [
    { op: "test", path, value: present },
    { op: "add", path: `${path}/value`, value },
  ];
};

/** Ours come first: a variable may only use those before it. */
const identity = (plan: Plan): Operation[] => {
  const items = Object.entries(IDENTITY).map(([name, fieldPath]) => ({
    name,
    valueFrom: { fieldRef: { fieldPath } },
  }));
  const { env } = plan.container;
  if (env) return insert(place(plan, "env"), env, { items, at: "front" });
  const value = [...items, { name: "NODE_OPTIONS", value: REQUIRE }];
  return [{ op: "add", path: place(plan, "env"), value }];
};

const COPY = `try { require("fs").cpSync("/agent-full", "${FULL_PATH}", { recursive: true }) } catch (error) { console.error(String(error)) }`;

/** Ends with success whatever happens: without its files the agent stays silent, without this container the pod would not start. */
const copier = ({ operator }: Images): Container => ({
  name: FULL_VOLUME,
  image: operator,
  imagePullPolicy: "IfNotPresent",
  command: ["node", "-e", COPY],
  resources: {
    requests: { cpu: "10m", memory: "64Mi" },
    limits: { cpu: "1", memory: "256Mi" },
  },
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 65532,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  },
  volumeMounts: [{ name: FULL_VOLUME, mountPath: FULL_PATH }],
});

const initContainer = (plan: Plan): Operation[] =>
  isFull(plan)
    ? insert("/spec/initContainers", plan.pod.spec.initContainers, {
        items: [copier(plan.images)],
        at: "front",
      })
    : [];
