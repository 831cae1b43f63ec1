/** Where an object lives in the API, learned from the API server itself: no table of kinds that could be wrong or too short. */
import { ClusterError } from "./cluster.ts";
import type { Wire } from "./wire.ts";

export interface Place {
  apiVersion: string;
  kind: string;
  namespace?: string | undefined;
  name?: string | undefined;
}

interface Resource {
  name: string;
  kind: string;
  namespaced: boolean;
}

export type Paths = (place: Place) => Promise<string>;

export const pathsOf = (wire: Wire): Paths => {
  const known = new Map<string, Promise<Resource>>();
  const find = (apiVersion: string, kind: string): Promise<Resource> => {
    const key = `${apiVersion}/${kind}`;
    const found = known.get(key) ?? discover(wire, apiVersion, kind);
    known.set(key, found);
    // A kind that is not there yet may come.
    found.catch(() => known.delete(key));
    return found;
  };
  return async ({ apiVersion, kind, namespace, name }) => {
    const resource = await find(apiVersion, kind);
    const scope = resource.namespaced && namespace ? `/namespaces/${segment(namespace)}` : "";
    return `${root(apiVersion)}${scope}/${resource.name}${name ? `/${segment(name)}` : ""}`;
  };
};

const segment = (text: string): string => encodeURIComponent(text);

const root = (apiVersion: string): string =>
  apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

const discover = async (wire: Wire, apiVersion: string, kind: string): Promise<Resource> => {
  const path = root(apiVersion);
  const { status, text } = await wire.call({ method: "GET", path, repeatable: true });
  if (status !== 200 && status !== 404) {
    throw new ClusterError("Unavailable", `asking which kinds ${apiVersion} has: ${status}`);
  }
  const resources = status === 200 ? (JSON.parse(text) as { resources: Resource[] }).resources : [];
  // Subresources carry the kind of their parent, or another one: `deployments/scale` is a Scale.
  const found = resources.find(({ kind: one, name }) => one === kind && !name.includes("/"));
  if (found) return found;
  throw new ClusterError("NotFound", `the cluster does not know the kind ${kind} of ${apiVersion}`);
};
