/** Hashes of pod templates, with and without what is ours. Pure. */
import { createHash } from "node:crypto";
import type { Manifest } from "../cluster/cluster.ts";
import { type Asked, parseAnnotation } from "../injection/annotation.ts";
import { AGENT_ANNOTATION } from "../injection/names.ts";
import type { Template } from "../injection/pod.ts";

export const templateOf = ({ spec }: Manifest): Template =>
  (spec as { template: Template }).template;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Keys in one order, without empty maps: an annotation that came and went must leave no trace. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

const hashOf = (template: Template, without: string[]): string => {
  const { labels = {}, annotations = {}, ...rest } = template.metadata ?? {};
  const { "pod-template-hash": _added, ...userLabels } = labels;
  const kept = Object.fromEntries(
    Object.entries(annotations).filter(([name]) => !without.includes(name)),
  );
  const { creationTimestamp: _empty, ...metadata } = rest;
  const text = canonical({ metadata, labels: userLabels, annotations: kept, spec: template.spec });
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
};

export const templateHash = (object: Manifest): string => hashOf(templateOf(object), []);

export const askedIn = (workload: Manifest): Asked | undefined =>
  parseAnnotation(templateOf(workload).metadata?.annotations?.[AGENT_ANNOTATION] ?? "");

/** Hash of the user's pod template without anything of ours; the same for a workload and what it makes. */
export const userTemplateHash = (object: Manifest): string =>
  hashOf(templateOf(object), [AGENT_ANNOTATION]);
