/** What `helm test` asks: is all that the chart installed there, and does it do what it is for? */
import type { Cluster, Manifest } from "./cluster/cluster.ts";
import type { Wire } from "./cluster/wire.ts";
import { AGENT_ANNOTATION } from "./injection/names.ts";
import { GROUP, KIND, PLURAL, VERSION } from "./migration/schema.ts";
import type { Settings } from "./settings.ts";

export interface Doors {
  wire: Wire;
  cluster: Pick<Cluster, "read">;
  settings: Pick<Settings, "namespace" | "lease" | "webhook">;
  /** Asks the webhook as the API server does: over its Service, trusting only that authority. */
  review: (body: string, authority: string) => Promise<string>;
}

/** What is wrong and what to do about it; undefined when nothing is. */
type Question = (doors: Doors) => Promise<string | undefined>;

const served: Question = async ({ wire }) => {
  const path = `/apis/${GROUP}/${VERSION}`;
  const { status, text } = await wire.call({ method: "GET", path, repeatable: true });
  const { resources = [] } = (status === 200 ? JSON.parse(text) : {}) as {
    resources?: { name: string }[];
  };
  return resources.some(({ name }) => name === PLURAL)
    ? undefined
    : `the API server does not serve ${KIND} ${VERSION}: install with crds.enabled=true`;
};

const readyIn = ({ spec, status }: Manifest): string | undefined => {
  const { replicas = 1 } = spec as { replicas?: number };
  const { updatedReplicas = 0, readyReplicas = 0 } = (status ?? {}) as Record<string, number>;
  return updatedReplicas >= replicas && readyReplicas >= replicas
    ? undefined
    : `${readyReplicas} of ${replicas} pods are ready, ${updatedReplicas} are of this release`;
};

const ready =
  (part: "controller" | "webhook"): Question =>
  async ({ cluster, settings: { namespace, lease } }) => {
    const name = `${lease}-${part}`;
    const at = { apiVersion: "apps/v1", kind: "Deployment", namespace, name };
    const deployment = await cluster.read(at);
    const wrong = deployment ? readyIn(deployment) : "it does not exist";
    return (
      wrong && `Deployment ${name}: ${wrong}: kubectl -n ${namespace} describe deployment ${name}`
    );
  };

const POD = JSON.stringify({
  apiVersion: "admission.k8s.io/v1",
  kind: "AdmissionReview",
  request: {
    uid: "helm-test",
    object: {
      metadata: { annotations: { [AGENT_ANNOTATION]: "lean@0123456789" } },
      spec: { containers: [{ name: "app", image: "app" }] },
    },
  },
});

const authorityOf = (configuration: Manifest | undefined): string | undefined => {
  const [hook] = (configuration?.["webhooks"] ?? []) as { clientConfig?: { caBundle?: string } }[];
  const { caBundle } = hook?.clientConfig ?? {};
  return caBundle && Buffer.from(caBundle, "base64").toString();
};

const injects: Question = async ({ cluster, review, settings: { webhook } }) => {
  const authority = authorityOf(
    await cluster.read({
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingWebhookConfiguration",
      namespace: "",
      name: webhook.configuration,
    }),
  );
  if (!authority)
    return `${webhook.configuration} names no authority: the controller writes it there, so see its log`;
  const { response } = JSON.parse(await review(POD, authority)) as {
    response?: { patch?: string };
  };
  return response?.patch ? undefined : "the webhook answers, but would leave a pod plain";
};

/** By what each of them proves, in the order in which a person would repair things. */
export const questions: Record<string, Question> = {
  "the resource is served": served,
  "the controller is ready": ready("controller"),
  "the webhook is ready": ready("webhook"),
  "the webhook gives a pod the agent, under the authority that the API server knows": injects,
};
