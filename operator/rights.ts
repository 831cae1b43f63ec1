/** Rights as lines of text, `group/resource[name] verb`: those that a chart grants, and those that an audit log shows in use. Pure. */
import type { Manifest } from "./cluster/cluster.ts";

export interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

const line = (group: string, resource: string, name: string): string =>
  `${group === "" ? "" : `${group}/`}${resource}${name && `[${name}]`}`;

const flat = (rules: Rule[]): string[] =>
  rules.flatMap(({ apiGroups, resources, resourceNames = [""], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        resourceNames.flatMap((name) =>
          verbs.map((verb) => `${line(group, resource, name)} ${verb}`),
        ),
      ),
    ),
  );

/** Roles that people get, not our programs. */
const isForPeople = ({ metadata }: Manifest): boolean =>
  metadata.labels?.["app.kubernetes.io/component"] === "people";

/** What the roles of one kind and namespace grant to our programs, in order. */
export const rulesOf = (manifests: Manifest[], kind: string, namespace?: string): string[] =>
  manifests
    .filter((one) => one.kind === kind && one.metadata.namespace === namespace && !isForPeople(one))
    .flatMap((one) => flat(one["rules"] as Rule[]))
    .toSorted();

/** One line of the API server's audit log. */
export interface AuditEvent {
  verb: string;
  user: { username: string };
  impersonatedUser?: { username: string };
  objectRef?: { apiGroup?: string; resource: string; subresource?: string; name?: string };
  responseStatus?: { code?: number };
}

/** What the call needed: an apply that creates needs both rights. */
const verbsOf = ({ verb, responseStatus }: AuditEvent): string[] =>
  verb === "patch" && responseStatus?.code === 201 ? ["patch", "create"] : [verb];

/** What a user was granted and made use of, in the words of what is granted; calls that were refused say so. */
export const usedBy = (user: string, events: AuditEvent[], granted: string[]): string[] => {
  const named = (place: string, name: string, verb: string): string =>
    [`${place}[${name}] ${verb}`].find((right) => granted.includes(right)) ?? `${place} ${verb}`;
  const used = events
    .filter(({ impersonatedUser }) => impersonatedUser?.username === user)
    .flatMap((event) => {
      const {
        apiGroup = "",
        resource,
        subresource,
        name = "",
      } = event.objectRef ?? { resource: "" };
      if (resource === "") return [];
      const place = line(apiGroup, [resource, subresource].filter(Boolean).join("/"), "");
      const refused = event.responseStatus?.code === 403 ? " refused" : "";
      return verbsOf(event).map((verb) => `${named(place, name, verb)}${refused}`);
    });
  return [...new Set(used)].toSorted();
};
