/** A pod for a server-side dry run: shows, before anything is touched, that it would be admitted and come back injected. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import { AGENT_ANNOTATION, INJECTED_ANNOTATION, SKIPPED_ANNOTATION } from "./names.ts";
import { parseSkipped, type Skipped } from "./skipped.ts";
import { shorten } from "./shorten.ts";
import type { DeploymentSpec } from "./pod.ts";

/** The pod that the workload would create next, with the annotation that we would set. */
export const dryRunPod = (deployment: Manifest, annotation: string): Manifest => {
  const { template, volumeClaimTemplates = [] } = deployment.spec as DeploymentSpec;
  const claimed = volumeClaimTemplates.map(({ metadata: { name } }) => ({
    name,
    persistentVolumeClaim: { claimName: name },
  }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: shorten(`${deployment.metadata.name}-flashcard-otel-dry-run`, 63),
      ...(deployment.metadata.namespace ? { namespace: deployment.metadata.namespace } : {}),
      ...(template.metadata?.labels ? { labels: template.metadata.labels } : {}),
      annotations: { ...template.metadata?.annotations, [AGENT_ANNOTATION]: annotation },
    },
    spec:
      claimed.length === 0
        ? template.spec
        : { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...claimed] },
  };
};

/** What the dry run says about the webhook; undefined when all is well. */
export const dryRunRefusal = (answered: Manifest): Skipped | undefined => {
  const { [INJECTED_ANNOTATION]: injected, [SKIPPED_ANNOTATION]: skipped } =
    answered.metadata.annotations ?? {};
  if (injected !== undefined) return undefined;
  return (
    parseSkipped(skipped) ?? {
      reason: "WebhookSilent",
      message:
        "a pod sent as a dry run came back without the agent: the injection webhook does not answer; waiting for it",
    }
  );
};
