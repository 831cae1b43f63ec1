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

/** Those, and our own. */
const isKept = (name: string): boolean => KEPT.includes(name) || name.startsWith("FLASHCARD_OTEL_");

/** Copies of whole objects, or nobody's business. */
const DROPPED_ANNOTATIONS: readonly string[] = ["kubectl.kubernetes.io/last-applied-configuration"];

const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A part of an object, such as the template of its pods. */
export const redacted = (value: unknown): unknown => {
  if (typeof value === "string") return withoutSecrets(value);
  if (Array.isArray(value)) return value.map(redacted);
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
  if (name === "httpHeaders") return redacted(headers(value));
  if (Array.isArray(value) && (name === "command" || name === "args")) return value.map(word);
  return SECRET.test(name) && typeof value === "string" ? REMOVED : redacted(value);
};

/** Of a command line its program and the names of its options: a password may be any other word, or stand within one. */
const word = (one: unknown, index: number): unknown => {
  if (typeof one !== "string" || /\s/.test(one)) return REMOVED;
  if (/^--?[a-zA-Z]/.test(one))
    return one.replace(/=.*$/s, `=${REMOVED}`).replace(/^(-[a-zA-Z]).+/s, `$1${REMOVED}`);
  return index === 0 ? withoutSecrets(one) : REMOVED;
};

const headers = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map((one) => (isTree(one) ? { ...one, value: REMOVED } : one))
    : value;

/** A list in a pod and in the resource, one variable in `legacyOff`. */
const variables = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(variable);
  return isTree(value) ? variable(value) : value;
};

const variable = (one: unknown): unknown => {
  if (!isTree(one) || typeof one["value"] !== "string") return redacted(one);
  const name = typeof one["name"] === "string" ? one["name"] : "";
  return { ...one, value: isKept(name) ? withoutSecrets(one["value"]) : REMOVED };
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
