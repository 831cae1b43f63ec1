/** The real door. Paths are discovered, calls repeated where that is safe, and every refusal becomes a ClusterError. */
import { lean, refusalOf } from "./answers.ts";
import { type Cluster, ClusterError, type Manifest, type Reference } from "./cluster.ts";
import { type Paths, pathsOf } from "./paths.ts";
import type { Answer, Call, Wire } from "./wire.ts";

export const MANAGER = "flashcard-otel";
/** Objects per page of a list. */
const PAGE = "500";

export const kubernetesCluster = (wire: Wire, manager = MANAGER): Cluster => {
  const ours = { fieldManager: manager };
  const paths = pathsOf(wire);
  const ask = asker(wire);
  const to = ({ apiVersion, kind, metadata }: Manifest) =>
    paths({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name });
  const write = async (path: string, query: Record<string, string>, call: Omit<Call, "path">) =>
    manifestIn(await ask({ ...call, path: withQuery(path, query) }));
  return {
    read: async (reference) => readOne(await paths(reference), ask),
    list: async (selection) => listAll(await paths(selection), { ...selection, ask }),
    apply: async (manifest, { force = false, dryRun = false } = {}) =>
      write(
        await to(manifest),
        { ...ours, ...dry(dryRun), ...(force ? { force: "true" } : {}) },
        {
          method: "PATCH",
          body: manifest,
          headers: { "content-type": "application/apply-patch+yaml" },
          repeatable: true,
        },
      ),
    create: async (manifest, { dryRun = false } = {}) => {
      const { apiVersion, kind, metadata } = manifest;
      const path = await paths({ apiVersion, kind, namespace: metadata.namespace });
      return write(
        path,
        { ...ours, ...dry(dryRun) },
        { method: "POST", body: manifest, repeatable: dryRun },
      );
    },
    replaceStatus: async (manifest) =>
      write(`${await to(manifest)}/status`, ours, {
        method: "PUT",
        body: manifest,
        repeatable: false,
      }),
    merge: async (reference, patch) =>
      write(await paths(reference), ours, {
        method: "PATCH",
        body: patch,
        headers: { "content-type": "application/merge-patch+json" },
        repeatable: true,
      }),
    remove: (reference, uid) => remove({ paths, wire, reference, uid }),
    logs: (container) => log(container, paths, wire),
  };
};

const dry = (dryRun: boolean): Record<string, string> => (dryRun ? { dryRun: "All" } : {});

const withQuery = (path: string, query: Record<string, string>): string =>
  Object.keys(query).length === 0 ? path : `${path}?${new URLSearchParams(query).toString()}`;

type Ask = (call: Call) => Promise<Answer>;

const asker =
  (wire: Wire): Ask =>
  async (call) => {
    const answer = await wire.call(call);
    if (answer.status < 300) return answer;
    throw refusalOf(answer, call);
  };

const manifestIn = ({ text }: Answer): Manifest => lean(JSON.parse(text) as Manifest);

const readOne = async (path: string, ask: Ask): Promise<Manifest | undefined> => {
  try {
    // Whole, with the fields of every manager: who gives up fields of an object sends the others back as they were.
    return JSON.parse((await ask({ method: "GET", path, repeatable: true })).text) as Manifest;
  } catch (error) {
    if (error instanceof ClusterError && error.refusal === "NotFound") return undefined;
    throw error;
  }
};

interface Listing {
  apiVersion: string;
  kind: string;
  labels?: string;
  ask: Ask;
}

interface Page {
  metadata: { continue?: string };
  items: Omit<Manifest, "apiVersion" | "kind">[];
}

const listAll = async (
  path: string,
  { apiVersion, kind, labels, ask }: Listing,
): Promise<Manifest[]> => {
  const all: Manifest[] = [];
  let next = "";
  do {
    const query = {
      limit: PAGE,
      ...(labels ? { labelSelector: labels } : {}),
      ...(next ? { continue: next } : {}),
    };
    const { text } = await ask({ method: "GET", path: withQuery(path, query), repeatable: true });
    const { items, metadata } = JSON.parse(text) as Page;
    // In a list only the list itself says what its items are.
    for (const item of items) all.push(lean({ ...item, apiVersion, kind } as Manifest));
    next = metadata.continue ?? "";
  } while (next !== "");
  return all;
};

interface Removal {
  paths: Paths;
  wire: Wire;
  reference: Reference;
  uid: string | undefined;
}

const remove = async ({ paths, wire, reference, uid }: Removal): Promise<void> => {
  const body = {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy: "Background",
    ...(uid === undefined ? {} : { preconditions: { uid } }),
  };
  const call: Call = { method: "DELETE", path: await paths(reference), body, repeatable: true };
  const answer = await wire.call(call);
  if (answer.status < 300 || answer.status === 404) return;
  // Another object has the name now: the one that was meant is gone.
  if (answer.status === 409 && uid !== undefined) return;
  throw refusalOf(answer, call);
};

type Container = Parameters<Cluster["logs"]>[0];

/** The kubelet answers 400 while a container has not started; a pod may also be gone. Neither is an error. */
const log = async (container: Container, paths: Paths, wire: Wire): Promise<string | undefined> => {
  const { namespace, name, container: one, tailLines, sinceSeconds } = container;
  const { timestamps, previous } = container;
  const path = await paths({ apiVersion: "v1", kind: "Pod", namespace, name });
  const query = {
    container: one,
    ...(tailLines === undefined ? {} : { tailLines: String(tailLines) }),
    ...(sinceSeconds === undefined ? {} : { sinceSeconds: String(sinceSeconds) }),
    ...(previous ? { previous: "true" } : {}),
    ...(timestamps ? { timestamps: "true" } : {}),
  };
  const headers = { accept: "*/*" };
  const call: Call = {
    method: "GET",
    path: withQuery(`${path}/log`, query),
    headers,
    repeatable: true,
  };
  const answer = await wire.call(call);
  if (answer.status === 200) return answer.text;
  if (answer.status === 404 || answer.status === 400) return undefined;
  throw refusalOf(answer, call);
};
