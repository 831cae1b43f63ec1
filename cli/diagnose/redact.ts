/** An object without what only its namespace should know. Values of variables go, whatever they are called. Pure. */
import type { Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";
import { REMOVED, withoutSecrets } from "../text/secrets.ts";

/** Variables that say how a process is monitored, and cannot hold a secret. */
const KEPT: readonly string[] = [
  "NODE_OPTIONS",
  "NODE_ENV",
  "OTEL_SDK_DISABLED",
  "OTEL_SERVICE_NAME",
  "OTEL_TRACES_SAMPLER",
];

/** Copies of whole objects, or nobody's business. */
const DROPPED_ANNOTATIONS: readonly string[] = ["kubectl.kubernetes.io/last-applied-configuration"];

const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const redacted = (value: unknown): unknown => {
  if (typeof value === "string") return withoutSecrets(value);
  if (Array.isArray(value)) return value.map((one, index) => item(one, value[index - 1]));
  if (!isTree(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== "managedFields" && !DROPPED_ANNOTATIONS.includes(name))
      .map(([name, inner]) => [name, field(name, inner)]),
  );
};

/** Names of fields and options whose value is one, whatever it looks like. */
const SECRET = /(?:password|passwd|secret|token|api[-_]?key|credentials?)$/i;

const field = (name: string, value: unknown): unknown => {
  if (name === "env") return variables(value);
  return SECRET.test(name) && typeof value === "string" ? REMOVED : redacted(value);
};

/** `--token` and its value may be two arguments. */
const item = (value: unknown, before: unknown): unknown =>
  typeof before === "string" && before.startsWith("-") && SECRET.test(before)
    ? REMOVED
    : redacted(value);

/** A list in a pod and in the resource, one variable in `legacyOff`. */
const variables = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(variable);
  return isTree(value) ? variable(value) : value;
};

const variable = (one: unknown): unknown => {
  if (!isTree(one) || typeof one["value"] !== "string") return redacted(one);
  const name = typeof one["name"] === "string" ? one["name"] : "";
  return { ...one, value: KEPT.includes(name) ? withoutSecrets(one["value"]) : REMOVED };
};

/** Of a ConfigMap that is not ours only the names of its files are told. */
const ownData = ({ kind, metadata, data }: Manifest): Manifest["data"] => {
  if (kind !== "ConfigMap" || !data) return data;
  const isOurs = metadata.labels?.["app.kubernetes.io/managed-by"] === "flashcard-otel";
  return isOurs ? data : Object.fromEntries(Object.keys(data).map((name) => [name, REMOVED]));
};

export const redact = (object: Manifest): Manifest => {
  const data = ownData(object);
  return redacted({ ...object, ...(data ? { data } : {}) }) as Manifest;
};
