/** Which manager owns which field, as server-side apply sees it. Pure; the memory cluster's understanding of the real thing. */
import type { Manifest } from "./cluster.ts";

/** Lists whose items are told apart by a key. Every other list is one value. */
const KEYS: Record<string, string> = {
  conditions: "type",
  containers: "name",
  env: "name",
  imagePullSecrets: "name",
  initContainers: "name",
  ownerReferences: "uid",
  volumeMounts: "mountPath",
  volumes: "name",
  webhooks: "name",
};

type Tree = Record<string, unknown>;
/** A step is a field's name, or `key=value` of an item. */
type Path = string[];
export type Leaves = Map<string, unknown>;
/** Fields by manager and operation, e.g. `flashcard-otel/Apply`. */
export type Owners = ReadonlyMap<string, ReadonlySet<string>>;

const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const keyOf = (list: unknown, field: string | undefined): string | undefined => {
  const key = KEYS[field ?? ""];
  if (!key || !Array.isArray(list) || list.length === 0) return undefined;
  return list.every((item) => isTree(item) && typeof item[key] === "string") ? key : undefined;
};

const spell = (path: Path): string => JSON.stringify(path);
const steps = (leaf: string): Path => JSON.parse(leaf) as Path;

export const leavesOf = (value: unknown, path: Path = []): Leaves => {
  const key = keyOf(value, path.at(-1));
  if (key) {
    const items = value as Tree[];
    return merged(items.map((item) => leavesOf(item, [...path, `${key}=${String(item[key])}`])));
  }
  if (isTree(value) && Object.keys(value).length > 0) {
    return merged(Object.entries(value).map(([field, one]) => leavesOf(one, [...path, field])));
  }
  // Nothing at all is no field; an empty object further down is one.
  return new Map(path.length === 0 ? [] : [[spell(path), value]]);
};

const merged = (all: Leaves[]): Leaves => new Map(all.flatMap((leaves) => [...leaves]));

/** What a person may own: not the identity, not what the server keeps for itself, not the status. */
export const ownable = ({ metadata, ...object }: Manifest): Tree => {
  const { labels, annotations, ownerReferences, finalizers } = metadata;
  const own = Object.entries({ labels, annotations, ownerReferences, finalizers });
  const kept = own.filter(([, value]) => value !== undefined);
  const fields = Object.entries(object).filter(([field]) => !NOT_OWNED.includes(field));
  if (kept.length > 0) fields.push(["metadata", Object.fromEntries(kept)]);
  return Object.fromEntries(fields);
};

const NOT_OWNED: readonly string[] = ["apiVersion", "kind", "status"];

export const same = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

export interface Conflict {
  manager: string;
  field: string;
}

export interface Applied {
  object: Manifest;
  owners: Owners;
  conflicts: Conflict[];
}

/** The manager's whole wish replaces its wish before: fields it no longer names go, unless somebody else holds them too. */
export const applyFields = (
  present: { object: Manifest; owners: Owners },
  wish: Manifest,
  manager: string,
): Applied => {
  const now = leavesOf(ownable(present.object));
  const want = leavesOf(ownable(wish));
  const others = [...present.owners].filter(([name]) => name !== manager);
  const differs = (leaf: string) => !same(now.get(leaf), want.get(leaf));
  const conflicts = others.flatMap(([name, fields]) =>
    [...fields]
      .filter((leaf) => want.has(leaf) && differs(leaf))
      .map((leaf) => ({ manager: name, field: steps(leaf).join(".") })),
  );
  const object = structuredClone(present.object);
  for (const leaf of present.owners.get(manager) ?? []) {
    const held = others.some(([, fields]) => fields.has(leaf));
    if (!want.has(leaf) && !held) removeAt(object, steps(leaf));
  }
  for (const [leaf, value] of want) setAt(object, steps(leaf), value);
  const lost = others.map(
    ([name, fields]) =>
      [name, new Set([...fields].filter((leaf) => !want.has(leaf) || !differs(leaf)))] as const,
  );
  return { object, conflicts, owners: tidy([...lost, [manager, new Set(want.keys())]]) };
};

/** After an ordinary write: who wrote owns what is different now, and nobody owns what is gone. */
export const updateOwners = (
  owners: Owners,
  change: { before: Manifest; after: Manifest; manager: string },
): Owners => {
  const before = leavesOf(ownable(change.before));
  const after = leavesOf(ownable(change.after));
  const changed = new Set(
    [...after].filter(([leaf, value]) => !same(before.get(leaf), value)).map(([leaf]) => leaf),
  );
  const kept = [...owners].map(
    ([name, fields]) =>
      [name, new Set([...fields].filter((leaf) => after.has(leaf) && !changed.has(leaf)))] as const,
  );
  const mine = new Map(kept).get(change.manager) ?? new Set<string>();
  return tidy([...kept, [change.manager, new Set([...mine, ...changed])]]);
};

const tidy = (entries: (readonly [string, ReadonlySet<string>])[]): Owners =>
  new Map([...new Map(entries)].filter(([, fields]) => fields.size > 0));

const childOf = (parent: unknown, step: string): unknown => {
  if (Array.isArray(parent)) return parent.find((item) => isItem(item, step));
  return isTree(parent) ? parent[step] : undefined;
};

const isItem = (item: unknown, step: string): boolean => {
  const [key = "", ...value] = step.split("=");
  return isTree(item) && item[key] === value.join("=");
};

const setAt = (root: unknown, path: Path, value: unknown): void => {
  const [step, next] = path;
  if (step === undefined) return;
  if (next === undefined) {
    (root as Tree)[step] = structuredClone(value);
    return;
  }
  const child = childOf(root, step) ?? create(root, step, next);
  setAt(child, path.slice(1), value);
};

const create = (parent: unknown, step: string, next: string): unknown => {
  const child: unknown = KEYS[step] !== undefined && next.startsWith(`${KEYS[step]}=`) ? [] : {};
  if (Array.isArray(parent)) parent.push(child);
  else (parent as Tree)[step] = child;
  return child;
};

const removeAt = (root: unknown, path: Path): void => {
  const [step = "", ...rest] = path;
  const child = childOf(root, step);
  if (rest.length > 0) removeAt(child, rest);
  if (rest.length > 0 && !isEmpty(child)) return;
  if (Array.isArray(root)) root.splice(0, root.length, ...root.filter((item) => item !== child));
  else if (isTree(root)) Reflect.deleteProperty(root, step);
};

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  (typeof value === "object" && value !== null && Object.keys(value).length === 0);
