/** Keeps the webhook's Secret fresh and tells the API server whom to trust. */
import { type Cluster, ClusterError, type Manifest } from "../cluster/cluster.ts";
import { isDue, type Issued, issue } from "./certificates.ts";

export interface Certification {
  secretName: string;
  namespace: string;
  /** Of the MutatingWebhookConfiguration. */
  configurationName: string;
  dnsNames: string[];
  now: Date;
}

/** Call it often: it writes only when something is due or was changed by others. Returns the bundle in PEM. */
export const ensureCertificate = async (
  cluster: Cluster,
  certification: Certification,
): Promise<{ caBundle: string; renewed: boolean }> => {
  const present = await readSecret(cluster, certification);
  if (present && !isDue(present, certification)) {
    await trust(cluster, certification, present.ca);
    return { caBundle: present.ca, renewed: false };
  }
  const issued = await issue(certification.dnsNames, certification.now, present?.ca);
  // First the trust, then the certificate: in the other order pods would start plain until the next look.
  await trust(cluster, certification, issued.ca);
  await writeSecret(cluster, secret(certification, issued), present !== undefined);
  return { caBundle: issued.ca, renewed: true };
};

const decode = (data: Record<string, string> | undefined, name: string): string =>
  Buffer.from(data?.[name] ?? "", "base64").toString("utf8");

const encode = (text: string): string => Buffer.from(text).toString("base64");

const readSecret = async (
  cluster: Cluster,
  { secretName, namespace }: Certification,
): Promise<Issued | undefined> => {
  const reference = { apiVersion: "v1", kind: "Secret", namespace, name: secretName };
  const object = await cluster.read(reference);
  return (
    object && {
      ca: decode(object.data, "ca.crt"),
      certificate: decode(object.data, "tls.crt"),
      key: decode(object.data, "tls.key"),
    }
  );
};

const secret = (
  { secretName, namespace }: Certification,
  { ca, certificate, key }: Issued,
): Manifest => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: {
    name: secretName,
    namespace,
    labels: { "app.kubernetes.io/managed-by": "flashcard-otel" },
  },
  type: "kubernetes.io/tls",
  data: { "ca.crt": encode(ca), "tls.crt": encode(certificate), "tls.key": encode(key) },
});

/** Somebody else may have created it in between: then theirs counts, and the next look trusts it. */
const writeSecret = async (
  cluster: Cluster,
  manifest: Manifest,
  exists: boolean,
): Promise<void> => {
  if (exists) {
    await cluster.apply(manifest, { force: true });
    return;
  }
  try {
    await cluster.create(manifest);
  } catch (error) {
    if (!(error instanceof ClusterError && error.refusal === "AlreadyExists")) throw error;
  }
};

interface Hook {
  name: string;
  admissionReviewVersions?: string[];
  sideEffects?: string;
  clientConfig?: { caBundle?: string };
}

/** Applies nothing but the bundle, so that the chart keeps everything else; a missing configuration is not created. */
const trust = async (
  cluster: Cluster,
  { configurationName: name }: Certification,
  ca: string,
): Promise<void> => {
  const type = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
  };
  const present = await cluster.read({ ...type, namespace: "", name });
  if (!present) return;
  const hooks = (present["webhooks"] ?? []) as Hook[];
  const caBundle = encode(ca);
  if (hooks.every(({ clientConfig }) => clientConfig?.caBundle === caBundle)) return;
  // Both are required in every entry and have no default; they are what they were.
  const webhooks = hooks.map(({ name: hook, admissionReviewVersions, sideEffects }) => ({
    name: hook,
    admissionReviewVersions,
    sideEffects,
    clientConfig: { caBundle },
  }));
  await cluster.apply({ ...type, metadata: { name }, webhooks }, { force: true });
};
