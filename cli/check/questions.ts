/** What makes a cluster fit for migrations, one question at a time. */
import { ClusterError, type Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";
import { GROUP, KIND, VERSION } from "@flashcard-otel/operator/migration/schema.ts";
import type { Question, Subject } from "./finding.ts";
import { rights } from "./rights.ts";

const INSTALL =
  "helm install flashcard-otel charts/flashcard-otel --namespace flashcard-otel --create-namespace";
const OLDEST = 30;

const version: Question = async ({ connection }) => {
  const found = await connection.version();
  const [, minor] = /^v1\.(\d+)/.exec(found) ?? [];
  const what = "Kubernetes";
  return minor !== undefined && Number(minor) >= OLDEST
    ? { what, is: "fit", says: found }
    : {
        what,
        is: "unfit",
        says: `${found} is older than 1.${OLDEST}`,
        todo: `upgrade the cluster: native side-cars and admission policies are needed, which 1.${OLDEST} has`,
      };
};

const resource: Question = async ({ connection, cluster, notes }) => {
  const what = "resource";
  const before = notes.length;
  try {
    const { namespace } = connection;
    const all = await cluster.list({ apiVersion: `${GROUP}/${VERSION}`, kind: KIND, namespace });
    if (notes.length > before)
      return { what, is: "unknown", says: notes.at(-1) ?? "", todo: "ask for `list` on it" };
    return { what, is: "fit", says: `${KIND} ${VERSION} is served, ${all.length} in ${namespace}` };
  } catch (error) {
    if (!(error instanceof ClusterError) || error.refusal !== "NotFound") throw error;
    return {
      what,
      is: "unfit",
      says: `the cluster does not know ${KIND} ${VERSION}`,
      todo: INSTALL,
    };
  }
};

const readyOf = (deployment: Manifest): { ready: number; wanted: number } => ({
  ready: (deployment.status as { readyReplicas?: number } | undefined)?.readyReplicas ?? 0,
  wanted: (deployment.spec as { replicas?: number }).replicas ?? 1,
});

const program =
  (what: "controller" | "webhook", without: string): Question =>
  ({ installation, notes }) => {
    const deployment = installation[what];
    if (!deployment) {
      const hidden = notes.find((note) => note.includes("Deployments in all namespaces"));
      return Promise.resolve(
        hidden
          ? { what, is: "unknown", says: hidden, todo: "ask whoever runs the cluster" }
          : { what, is: "unfit", says: "it is not installed", todo: INSTALL },
      );
    }
    const { name, namespace = "" } = deployment.metadata;
    const { ready, wanted } = readyOf(deployment);
    const says = `${namespace}/${name} has ${ready} of ${wanted} ready`;
    return Promise.resolve(
      ready > 0
        ? { what, is: "fit", says }
        : {
            what,
            is: "unfit",
            says: `${says}: ${without}`,
            todo: `kubectl -n ${namespace} describe deployment ${name}`,
          },
    );
  };

const watched: Question = ({ installation: { controller, namespaces }, connection }) => {
  const what = "namespace";
  const { namespace } = connection;
  if (!controller)
    return Promise.resolve({ what, is: "unknown", says: "where the operator works is not known" });
  return Promise.resolve(
    namespaces.length === 0 || namespaces.includes(namespace)
      ? { what, is: "fit", says: `the operator works in ${namespace}` }
      : {
          what,
          is: "unfit",
          says: `the operator works in ${namespaces.join(", ")}, not in ${namespace}`,
          todo: `add ${namespace} to the chart's value \`namespaces\``,
        },
  );
};

const OURS = "app.kubernetes.io/name=flashcard-otel";

const clusterWide = ({ cluster }: Subject, kind: string): Promise<Manifest[]> =>
  cluster.list({
    apiVersion: "admissionregistration.k8s.io/v1",
    kind,
    namespace: "",
    labels: OURS,
  });

const trusted: Question = async (subject) => {
  const what = "webhook registration";
  const before = subject.notes.length;
  const [found] = await clusterWide(subject, "MutatingWebhookConfiguration");
  if (subject.notes.length > before)
    return { what, is: "unknown", says: subject.notes.at(-1) ?? "" };
  const hooks = (found?.["webhooks"] ?? []) as { clientConfig?: { caBundle?: string } }[];
  if (!found)
    return { what, is: "unfit", says: "there is none, so no pod is injected", todo: INSTALL };
  return hooks.every(({ clientConfig }) => clientConfig?.caBundle)
    ? { what, is: "fit", says: "the API server knows its certificate" }
    : {
        what,
        is: "unfit",
        says: "the API server does not trust it yet, so no pod is injected",
        todo: "see that the controller runs: it makes the certificate and writes it there",
      };
};

const policies: Question = async (subject) => {
  const what = "admission policies";
  const before = subject.notes.length;
  const found = await clusterWide(subject, "ValidatingAdmissionPolicy");
  if (subject.notes.length > before)
    return { what, is: "unknown", says: subject.notes.at(-1) ?? "" };
  return found.length > 0
    ? { what, is: "fit", says: `${found.length} hold authors and operator to their rights` }
    : {
        what,
        is: "unfit",
        says: "there are none: whoever writes a migration lends himself the operator's rights",
        todo: "helm upgrade ... --set policies.enabled=true",
      };
};

/** In the order in which a person would repair things. */
export const questions: readonly Question[] = [
  version,
  resource,
  program("controller", "no migration moves"),
  program("webhook", "pods start plain"),
  trusted,
  policies,
  watched,
  ...rights,
];
