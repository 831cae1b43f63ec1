/**
 * The door for tests: objects in memory that behave like the API server where our code depends on it (server-side apply,
 * versions, finalizers, dry runs) and can be told to fail. What it promises is pinned by contract.ts against the real one.
 */
import type { Cluster, Manifest, Reference } from "./cluster.ts";
import { MANAGER } from "./kubernetes.ts";
import { selects } from "./selection.ts";
import { referenceTo, Store } from "./store.ts";

export interface MemoryCall {
  verb: "read" | "list" | "apply" | "create" | "replaceStatus" | "merge" | "remove" | "logs";
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  dryRun: boolean;
}

export interface MemoryOptions {
  /** Asked before every call; what it returns is thrown. */
  fail?: (call: MemoryCall) => Error | undefined;
  /** An admission webhook: sees what is created. */
  admit?: (manifest: Manifest) => Manifest;
  now?: () => Date;
}

export interface MemoryCluster extends Cluster {
  /** Creates or replaces as somebody else (kubectl, a controller, the kubelet) would, status included. */
  put(manifest: Manifest): Manifest;
  /** Server-side apply of another manager. */
  applyAs(manager: string, manifest: Manifest, options?: { force?: boolean }): Manifest;
  /** Takes an object away without asking anybody. */
  drop(reference: Reference): void;
  setLog(pod: { namespace: string; name: string; container: string }, text: string): void;
  objects(): Manifest[];
  /** Every call so far, in order; writes are what is not `read`, `list`, `logs` or a dry run. */
  calls: MemoryCall[];
}

export const memoryCluster = (options: MemoryOptions = {}): MemoryCluster => {
  const store = new Store(options.now ?? (() => new Date(0)));
  const calls: MemoryCall[] = [];
  const logs = new Logs();
  const enter = gate(options, calls);
  return {
    calls,
    objects: () => store.objects(),
    put: (manifest) => store.put(manifest),
    applyAs: (manager, manifest, { force = false } = {}) =>
      store.apply(manifest, { manager, force, dryRun: false }),
    drop: (reference) => store.forget(reference),
    setLog: (container, text) => logs.set(container, text),
    read: async (reference) => {
      enter("read", reference);
      return store.find(reference)?.object;
    },
    list: async (selection) => {
      enter("list", selection);
      return store.objects().filter(selects(selection));
    },
    apply: async (manifest, { force = false, dryRun = false } = {}) => {
      enter("apply", referenceTo(manifest), dryRun);
      return store.apply(manifest, { manager: MANAGER, force, dryRun });
    },
    create: async (manifest, { dryRun = false } = {}) => {
      enter("create", referenceTo(manifest), dryRun);
      return store.create(options.admit?.(manifest) ?? manifest, dryRun);
    },
    replaceStatus: async (manifest) => {
      enter("replaceStatus", referenceTo(manifest));
      return store.replaceStatus(manifest);
    },
    merge: async (reference, patch) => {
      enter("merge", reference);
      return store.merge(reference, patch);
    },
    remove: async (reference, uid) => {
      enter("remove", reference);
      store.remove(reference, uid);
    },
    logs: async (container) => {
      enter("logs", { ...container, apiVersion: "v1", kind: "Pod" });
      return logs.tail(container);
    },
  };
};

/** Writes a call down and lets it be refused. */
const gate =
  ({ fail = () => undefined }: MemoryOptions, calls: MemoryCall[]) =>
  (
    verb: MemoryCall["verb"],
    { apiVersion, kind, namespace, name = "" }: Omit<Reference, "name"> & { name?: string },
    dryRun = false,
  ): void => {
    const call = { verb, apiVersion, kind, namespace, name, dryRun };
    calls.push(call);
    const error = fail(call);
    if (error) throw error;
  };

interface Container {
  namespace: string;
  name: string;
  container: string;
  tailLines?: number;
}

class Logs {
  readonly #texts = new Map<string, string>();

  set({ namespace, name, container }: Container, text: string): void {
    this.#texts.set(`${namespace}/${name}/${container}`, text);
  }

  tail({ namespace, name, container, tailLines }: Container): string | undefined {
    const text = this.#texts.get(`${namespace}/${name}/${container}`);
    if (text === undefined || tailLines === undefined) return text;
    return text
      .split("\n")
      .slice(-tailLines - 1)
      .join("\n");
  }
}
