/** Rule files: the new ones as they are loaded, the old ones with and without their content. Pure. */
import { createHash } from "node:crypto";
import { parse, stringify } from "yaml";
import { rulesName } from "../backends/prometheus.ts";
import type { Manifest } from "../cluster/cluster.ts";
import { KEEP } from "../migration/evidence.ts";
import { owned } from "../migration/labels.ts";
import { GROUP } from "../migration/schema.ts";
import type { Migration } from "../migration/types.ts";

export interface FileRule {
  alert?: string;
  record?: string;
  expr: string;
  labels?: Record<string, unknown>;
}

interface RuleFile {
  groups: { rules?: FileRule[] }[];
}

export type Files = Record<string, string>;

const ruleFile = (text: string): RuleFile | undefined => {
  try {
    const file = parse(text) as Partial<RuleFile> | null;
    return Array.isArray(file?.groups) ? (file as RuleFile) : undefined;
  } catch {
    return undefined;
  }
};

/** Names of files that hold no rule groups. */
export const unreadableRules = ({ data = {} }: Manifest): string[] =>
  Object.entries(data).flatMap(([file, text]) => (ruleFile(text) ? [] : [file]));

export const rulesIn = (files: Files = {}): FileRule[] =>
  Object.values(files).flatMap((text) =>
    (ruleFile(text)?.groups ?? []).flatMap(({ rules }) => rules ?? []),
  );

/** Tells the new alerts from the old, and those that wake people from those that are only watched. */
const labelled = (rule: FileRule, routed: boolean): FileRule =>
  rule.alert === undefined
    ? rule
    : { ...rule, labels: { ...rule.labels, edition: "otel", routed: String(routed) } };

/** Prometheus loads files by their ending. */
const loadable = (file: string): string => (/\.ya?ml$/.test(file) ? file : `${file}.yaml`);

/** A file of ours among them. */
const EDITION = "flashcard-otel-edition.yaml";

/**
 * A rule that names these very files: a Prometheus that evaluates it has loaded them, and not an earlier edition whose rules are called the
 * same. Files are mounted all at once, and one that cannot be read keeps all of them from being loaded.
 */
const withEdition = (files: Files): Files => {
  if (Object.keys(files).length === 0) return files;
  const sorted = Object.entries(files).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const hash = createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 10);
  const rule = {
    record: "flashcard_otel:rules:edition",
    expr: "vector(1)",
    labels: { files: hash },
  };
  return { ...files, [EDITION]: stringify({ groups: [{ name: EDITION, rules: [rule] }] }) };
};

/** The user's new rule files as they are loaded. */
export const labelledFiles = ({ data = {} }: Manifest, routed: boolean): Files =>
  withEdition(labelledAlone(data, routed));

const labelledAlone = (data: Files, routed: boolean): Files =>
  Object.fromEntries(
    Object.entries(data).flatMap(([name, text]) => {
      const file = name === EDITION ? undefined : ruleFile(text);
      if (!file) return [];
      const groups = file.groups.map((group) => ({
        ...group,
        rules: (group.rules ?? []).map((rule) => labelled(rule, routed)),
      }));
      const options = { lineWidth: 0, aliasDuplicateObjects: false };
      return [[loadable(name), stringify({ ...file, groups }, options)]];
    }),
  );

export const ROUTED = `${GROUP}/routed`;
/** Since when every rule has been seen evaluated without an error. */
export const EVALUATED = `${GROUP}/evaluated-since`;

export interface Loading {
  files: Files;
  routed: boolean;
  evaluatedSince?: string | undefined;
}

/** What the managed Prometheus mounts. It is kept by its label: only the steps of the switch write and remove it. */
export const rulesManifest = (migration: Migration, loading: Loading): Manifest => {
  const { files, routed, evaluatedSince } = loading;
  const { labels, ownerReferences } = owned(migration, {
    component: "prometheus",
    extra: { [KEEP]: "true" },
  });
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: rulesName(migration),
      namespace: migration.metadata.namespace,
      labels,
      annotations: {
        [ROUTED]: String(routed),
        ...(evaluatedSince ? { [EVALUATED]: evaluatedSince } : {}),
      },
      ownerReferences,
    },
    data: files,
  };
};

export const copyName = (legacy: string): string => `${legacy}-before-switch`;

/**
 * The old rule files while they are switched off. Without an owner: should the resource be torn away in the middle of a
 * switch, the only copy of somebody's alerts must not go with it.
 */
export const copyManifest = (migration: Migration, legacy: string, files: Files): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: {
    name: copyName(legacy),
    namespace: migration.metadata.namespace,
    labels: owned(migration, { component: "switch", extra: { [KEEP]: "true" } }).labels,
  },
  data: files,
});

const EMPTY = "groups: []\n";

/** The old files as their owner wrote them last: what we emptied comes from the copy, what was written since stays. */
export const originals = (legacy: Manifest, copy: Manifest | undefined): Files =>
  Object.fromEntries(
    Object.entries(legacy.data ?? {}).map(([file, text]) => [
      file,
      text === EMPTY ? (copy?.data?.[file] ?? text) : text,
    ]),
  );

/** Without rules; what is no rule file stays as it is. */
export const emptied = (files: Files): Files =>
  Object.fromEntries(
    Object.entries(files).map(([file, text]) => [file, ruleFile(text) ? EMPTY : text]),
  );

const sorted = (files: Files): string =>
  JSON.stringify(Object.entries(files).toSorted(([one], [other]) => (one < other ? -1 : 1)));

export const sameFiles = (one: Files = {}, other: Files = {}): boolean =>
  sorted(one) === sorted(other);
