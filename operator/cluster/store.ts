/** Objects with versions, owners of fields, and finalizers: the inside of memory.ts. */
import { ClusterError, type Manifest, type Reference } from "./cluster.ts";
import { applyFields, type Owners, same, updateOwners } from "./fields.ts";
import { MANAGER } from "./kubernetes.ts";

interface Stored {
  object: Manifest;
  owners: Owners;
}

interface Applying {
  manager: string;
  force: boolean;
  dryRun: boolean;
}

interface Saving {
  before?: Manifest | undefined;
  dryRun?: boolean;
}

const UPDATE = `${MANAGER}/Update`;
const STRANGER = "somebody/Update";

export const referenceTo = ({ apiVersion, kind, metadata }: Manifest): Reference => ({
  apiVersion,
  kind,
  namespace: metadata.namespace ?? "",
  name: metadata.name,
});

const spell = ({ apiVersion, kind, namespace, name }: Reference): string =>
  `${apiVersion}/${kind}/${namespace}/${name}`;

const freeze = <T>(value: T): T => {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach((one) => freeze(one));
  return Object.freeze(value);
};

export class Store {
  readonly #objects = new Map<string, Stored>();
  readonly #now: () => Date;
  #version = 0;

  constructor(now: () => Date) {
    this.#now = now;
  }

  objects(): Manifest[] {
    return [...this.#objects.values()].map(({ object }) => object);
  }

  find(reference: Reference): Stored | undefined {
    return this.#objects.get(spell(reference));
  }

  forget(reference: Reference): void {
    this.#objects.delete(spell(reference));
  }

  put(manifest: Manifest): Manifest {
    const present = this.find(referenceTo(manifest));
    const before = present?.object ?? this.#blank(manifest);
    const identity = { ...before.metadata, ...manifest.metadata };
    const after = { ...structuredClone(manifest), metadata: structuredClone(identity) };
    const owners = updateOwners(present?.owners ?? new Map(), { before, after, manager: STRANGER });
    return this.#save({ object: after, owners }, { before: present?.object });
  }

  apply(manifest: Manifest, { manager, force, dryRun }: Applying): Manifest {
    const present = this.find(referenceTo(manifest));
    const base = present ?? { object: this.#blank(manifest), owners: new Map() };
    refuseChange(present?.object, manifest);
    const { object, owners, conflicts } = applyFields(base, manifest, `${manager}/Apply`);
    if (conflicts.length > 0 && !force) {
      const list = conflicts.map(({ manager: holder, field }) => `${field} (${holder})`).join(", ");
      throw new ClusterError("Conflict", `apply failed with conflicts: ${list}`);
    }
    return this.#save({ object, owners }, { before: present?.object, dryRun });
  }

  create(manifest: Manifest, dryRun: boolean): Manifest {
    const reference = referenceTo(manifest);
    if (this.find(reference))
      throw new ClusterError("AlreadyExists", `${spell(reference)} already exists`);
    const { status: _, ...rest } = structuredClone(manifest);
    const before = this.#blank(manifest);
    const object = { ...rest, metadata: { ...before.metadata, ...rest.metadata } };
    const owners = updateOwners(new Map(), { before, after: object, manager: UPDATE });
    return this.#save({ object, owners }, { dryRun });
  }

  replaceStatus(manifest: Manifest): Manifest {
    const present = this.#need(referenceTo(manifest), manifest.metadata.resourceVersion);
    const object = { ...present.object, status: structuredClone(manifest.status) };
    return this.#save({ ...present, object }, { before: present.object });
  }

  merge(reference: Reference, patch: unknown): Manifest {
    const { metadata } = patch as { metadata?: { resourceVersion?: string } };
    const present = this.#need(reference, metadata?.resourceVersion);
    const object = mergePatch(present.object, patch) as Manifest;
    const owners = updateOwners(present.owners, {
      before: present.object,
      after: object,
      manager: UPDATE,
    });
    return this.#save({ object, owners }, { before: present.object });
  }

  remove(reference: Reference, uid: string | undefined): void {
    const present = this.find(reference);
    if (!present || (uid !== undefined && present.object.metadata.uid !== uid)) return;
    const metadata = { ...present.object.metadata, deletionTimestamp: this.#now().toISOString() };
    this.#save({ ...present, object: { ...present.object, metadata } }, { before: present.object });
  }

  #need(reference: Reference, version: string | undefined): Stored {
    const present = this.find(reference);
    if (!present) throw new ClusterError("NotFound", `${spell(reference)} not found`);
    if (version !== undefined && version !== present.object.metadata.resourceVersion)
      throw new ClusterError("Conflict", `${spell(reference)} has been modified`);
    return present;
  }

  #blank({ apiVersion, kind, metadata: { name, namespace } }: Manifest): Manifest {
    const number = this.#version + 1;
    const uid = `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
    const creationTimestamp = this.#now().toISOString();
    const metadata = {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid,
      creationTimestamp,
    };
    return { apiVersion, kind, metadata };
  }

  #save({ object, owners }: Stored, { before, dryRun = false }: Saving): Manifest {
    const plain = withoutVersion(object);
    // As the API server does: a write that changes nothing is no write.
    if (
      before &&
      same(plain, withoutVersion(before)) &&
      same(spelled(owners), spelled(this.find(referenceTo(before))?.owners))
    )
      return before;
    const stored = freeze({
      ...plain,
      metadata: {
        ...plain.metadata,
        resourceVersion: String(this.#version + 1),
        ...generationOf(object, before),
        managedFields: managers(owners),
      },
    });
    if (!dryRun) this.#keep({ object: stored, owners });
    return stored;
  }

  #keep(stored: Stored): void {
    this.#version += 1;
    const { metadata } = stored.object;
    const key = spell(referenceTo(stored.object));
    const gone = metadata.deletionTimestamp !== undefined && !metadata.finalizers?.length;
    if (gone) this.#objects.delete(key);
    else this.#objects.set(key, stored);
  }
}

const generationOf = ({ spec }: Manifest, before: Manifest | undefined) => {
  if (spec === undefined) return {};
  const { generation = 0 } = before?.metadata ?? {};
  return { generation: before && same(before.spec, spec) ? generation : generation + 1 };
};

const withoutVersion = (object: Manifest): Manifest => {
  const { resourceVersion: _, managedFields: __, generation: ___, ...metadata } = object.metadata;
  return { ...object, metadata };
};

/** The same owners in one spelling, whatever the order in which they came. */
const spelled = (owners: Owners = new Map()): string[] =>
  [...owners].map(([manager, fields]) => `${manager}: ${[...fields].toSorted().join()}`).toSorted();

const managers = (owners: Owners) =>
  [...owners.keys()].map((key) => {
    const [manager = "", operation = ""] = key.split("/");
    return { manager, operation };
  });

const refuseChange = (present: Manifest | undefined, wish: Manifest): void => {
  if (!present?.immutable || wish.data === undefined || same(present.data, wish.data)) return;
  throw new ClusterError("Invalid", `${present.kind} ${present.metadata.name} is immutable`);
};

const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isTree(patch)) return structuredClone(patch);
  const result: Record<string, unknown> = { ...(isTree(target) ? target : {}) };
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, field);
    else result[field] = mergePatch(result[field], value);
  }
  return result;
};
