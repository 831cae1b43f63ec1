/** Which migrations there are, and which of them a changed object concerns. */
import type { Manifest } from "./cluster/cluster.ts";
import { GROUP } from "./migration/schema.ts";

export interface Key {
  namespace: string;
  name: string;
}

interface Known extends Key {
  workloads: string[];
  signature: string;
}

const LABEL = `${GROUP}/migration`;

export class Migrations {
  readonly #known = new Map<string, Known>();

  in(namespace: string): Key[] {
    return [...this.#known.values()]
      .filter((one) => one.namespace === namespace)
      .map(({ name }) => ({ namespace, name }));
  }

  /** Remembers a resource; returns it when a look is due: what only its own status has changed in asks for none. */
  put(object: Manifest): Key[] {
    const { namespace = "", name } = object.metadata;
    const signature = signatureOf(object);
    const before = this.#known.get(`${namespace}/${name}`);
    this.#known.set(`${namespace}/${name}`, {
      namespace,
      name,
      signature,
      workloads: workloadsOf(object),
    });
    return before?.signature === signature ? [] : [{ namespace, name }];
  }

  /** Forgets a resource; returns all that may go on now, since it may have been in their way. */
  remove({ metadata: { namespace = "", name } }: Manifest): Key[] {
    this.#known.delete(`${namespace}/${name}`);
    return [{ namespace, name }, ...this.in(namespace)];
  }

  concernedBy({ kind, metadata }: Manifest): Key[] {
    const { namespace = "", name, labels = {} } = metadata;
    const isConcerned = (one: Known): boolean =>
      labels[LABEL] === one.name ||
      // The pods of a Deployment are named after it; a stranger with the same beginning costs one look too many.
      one.workloads.some((workload) =>
        kind === "Pod" ? name.startsWith(`${workload}-`) : name === workload,
      );
    return [...this.#known.values()]
      .filter((one) => one.namespace === namespace && isConcerned(one))
      .map((one) => ({ namespace, name: one.name }));
  }
}

/** Everything that people and commands change. */
const signatureOf = ({ metadata }: Manifest): string => {
  const { uid, generation, annotations, deletionTimestamp } = metadata;
  return JSON.stringify([uid, generation, annotations, deletionTimestamp]);
};

interface Components {
  components?: { target?: { name?: string } }[];
}

/** Those that it names, and those that it has not left yet. */
const workloadsOf = ({ spec, status }: Manifest): string[] =>
  [spec, status].flatMap(
    (part) =>
      ((part ?? {}) as Components).components?.flatMap(({ target }) => target?.name ?? []) ?? [],
  );
