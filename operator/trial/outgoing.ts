/**
 * Whom the items of a trial may call: the hosts that the twins' environment names, and whether each is in the cluster. Read from values
 * alone: an address in a Secret, in a ConfigMap or in the code is not seen. Pure.
 */
import { isIP } from "node:net";
import type { Manifest } from "../cluster/cluster.ts";
import type { Container, PodSpec } from "../injection/pod.ts";

export interface Outgoing {
  /** With the port, where it is named. */
  host: string;
  /** The variable that names it. */
  variable: string;
  outside: boolean;
}

/** By the environment of a twin: both have the same. No manifests call nobody. */
export const outgoingOfTwins = (
  manifests: readonly Manifest[],
  services: readonly Manifest[],
): Outgoing[] => {
  const twin = manifests.find(({ kind }) => kind === "Pod");
  return outgoingOf(((twin?.spec ?? {}) as Partial<PodSpec>).containers ?? [], services);
};

/** `services`: of the namespace. One row for each host, in their order. */
export const outgoingOf = (
  containers: readonly Container[],
  services: readonly Manifest[],
): Outgoing[] => {
  const rows = new Map<string, Outgoing>();
  for (const { name, value = "" } of containers.flatMap(({ env = [] }) => env))
    for (const host of hostsIn(name, value))
      if (!isOwn(host) && !rows.has(host)) {
        const { place, outside } = resolve(host, services);
        rows.set(host, { host: place, variable: name, outside });
      }
  return [...rows.values()].toSorted((a, b) => (a.host < b.host ? -1 : 1));
};

const URL_LIKE = /^[a-z][a-z0-9+.-]*:\/\//i;
const HOST_AND_PORT = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?:\d{1,5}$/i;
const BARE_HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i;
/** Without a scheme or a port, only the name of the variable tells a host from a file or a version. */
const NAMES_A_HOST = /(^|_)(HOST|HOSTNAME|ENDPOINT|ADDR|ADDRESS|SERVER|BROKER)S?$/i;

/** Of a URL, a list of them, `host:port`, or a host in a variable that says it is one. */
const hostsIn = (variable: string, value: string): string[] => {
  if (URL_LIKE.test(value)) return authoritiesIn(value);
  return value.split(/[,\s]+/).filter((part) => {
    if (HOST_AND_PORT.test(part)) return /[a-z]/i.test(part) || isIP(nameOf(part)) !== 0;
    return NAMES_A_HOST.test(variable) && BARE_HOST.test(part);
  });
};

/** `scheme://user:password@one:1,two:2/path`: what stands between the user and the path, never the user. */
const authoritiesIn = (url: string): string[] => {
  const authority = url.replace(URL_LIKE, "").split(/[/?#]/)[0] ?? "";
  const hosts = authority.slice(authority.lastIndexOf("@") + 1);
  return hosts.split(",").filter((host) => host !== "" && !host.includes("$("));
};

/** Without the port. */
const nameOf = (host: string): string =>
  host.startsWith("[") ? host.slice(1, host.indexOf("]")) : host.replace(/:\d*$/, "");

const OWN = ["localhost", "0.0.0.0", "::", "::1"];

/** The pod itself, or an address to listen on. */
const isOwn = (host: string): boolean => {
  const name = nameOf(host).toLowerCase();
  return OWN.includes(name) || name.startsWith("127.");
};

const IN_CLUSTER = /\.svc$|\.svc\.|\.cluster\.local\.?$/;

interface ServiceSpec {
  type?: string;
  externalName?: string;
  clusterIPs?: string[];
}

/** A Service may be a name for somebody outside; a name without a dot can be nothing but a Service. */
const resolve = (
  host: string,
  services: readonly Manifest[],
): { place: string; outside: boolean } => {
  const name = nameOf(host);
  const [first = "", namespace] = name.split(".");
  const service = services.find(
    ({ metadata }) =>
      metadata.name === first && [undefined, metadata.namespace].includes(namespace),
  );
  const { type, externalName = "" } = (service?.spec ?? {}) as ServiceSpec;
  if (type === "ExternalName") return { place: `${host} (${externalName})`, outside: true };
  const inside =
    service !== undefined ||
    (isIP(name) === 0 && !name.includes(".")) ||
    IN_CLUSTER.test(name) ||
    services.some(({ spec }) => (spec as ServiceSpec).clusterIPs?.includes(name));
  return { place: host, outside: !inside };
};
