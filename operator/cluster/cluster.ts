/**
 * The only door to Kubernetes. Two implementations pass one contract suite: kubernetes.ts (real) and memory.ts (tests).
 * Objects are plain JSON as the API server sends them; nobody may change an object that came through the door.
 */

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: {
    apiVersion: string;
    kind: string;
    name: string;
    uid: string;
    controller?: boolean;
    blockOwnerDeletion?: boolean;
  }[];
  managedFields?: { manager: string; operation: string; subresource?: string }[];
}

/** Any Kubernetes object. Fields beyond the metadata are read through narrow functions where they are needed. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec?: unknown;
  status?: unknown;
  data?: Record<string, string>;
  immutable?: boolean;
  [field: string]: unknown;
}

export interface Reference {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
}

export interface Selection {
  apiVersion: string;
  kind: string;
  namespace: string;
  /** Label selector in kubectl's syntax, e.g. `app=web,tier!=test`. */
  labels?: string;
}

/** What went wrong with a call, by what the caller can do about it. */
export type Refusal =
  | "NotFound"
  | "Conflict"
  | "AlreadyExists"
  | "Forbidden"
  | "Invalid"
  | "Unavailable";

export class ClusterError extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ClusterError";
    this.refusal = refusal;
  }
}

/** For a list of a kind that the cluster may not know: there is none of it then. */
export const noneWithoutKind = (error: unknown): Manifest[] => {
  if (error instanceof ClusterError && error.refusal === "NotFound") return [];
  throw error;
};

export interface Cluster {
  /** The object, or undefined when there is none. */
  read(reference: Reference): Promise<Manifest | undefined>;
  list(selection: Selection): Promise<Manifest[]>;
  /** Server-side apply with our field manager. `dryRun` returns what would be stored, webhooks included. */
  apply(manifest: Manifest, options?: { force?: boolean; dryRun?: boolean }): Promise<Manifest>;
  /** POST; `dryRun` as for apply. Used for pods with generated content and immutable records. */
  create(manifest: Manifest, options?: { dryRun?: boolean }): Promise<Manifest>;
  /** Replaces the status subresource; throws Conflict when `metadata.resourceVersion` is stale. */
  replaceStatus(manifest: Manifest): Promise<Manifest>;
  /** JSON merge patch of metadata (finalizers, labels, annotations) or data. */
  merge(reference: Reference, patch: unknown): Promise<Manifest>;
  /** Deletes in the background; absent objects are no error. A UID makes it conditional. */
  remove(reference: Reference, uid?: string): Promise<void>;
  /** The log of one container so far; undefined while there is none yet. */
  logs(pod: {
    namespace: string;
    name: string;
    container: string;
    tailLines?: number;
    sinceSeconds?: number;
    /** Of the container before it was restarted. */
    previous?: boolean;
    /** Each line begins with the time at which it was written. */
    timestamps?: boolean;
  }): Promise<string | undefined>;
}
