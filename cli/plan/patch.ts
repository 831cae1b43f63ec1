/** What becomes of a component's pods, line by line: the template before and after the webhook's own code has seen it. Pure. */
import { agentConfigMap } from "@flashcard-otel/operator/injection/agent.ts";
import { annotationValue } from "@flashcard-otel/operator/injection/annotation.ts";
import { containerName } from "@flashcard-otel/operator/injection/container.ts";
import { redacted } from "../diagnose/redact.ts";
import { inject } from "@flashcard-otel/operator/injection/inject.ts";
import { AGENT_ANNOTATION } from "@flashcard-otel/operator/injection/names.ts";
import { applyPatch } from "@flashcard-otel/operator/injection/patch.ts";
import type { DeploymentSpec, Template } from "@flashcard-otel/operator/injection/pod.ts";
import type { Profile } from "@flashcard-otel/operator/migration/schema.ts";
import type { ComponentWorld, World } from "@flashcard-otel/operator/migration/types.ts";

export interface Pair {
  before: Template;
  after: Template;
}

/** Undefined where the webhook would leave the pod plain, or there is no workload. */
export const podsOf = (
  { migration, sources, settings }: World,
  { spec, deployment }: ComponentWorld,
  profile: Profile,
): Pair | undefined => {
  if (!deployment) return undefined;
  const { template } = deployment.spec as DeploymentSpec;
  const delivery = { profile, legacyOff: false, agentSource: sources.agent };
  const { hash } = agentConfigMap(migration, spec, delivery);
  const container = containerName(deployment, spec);
  const asking = withAnnotation(template, annotationValue({ profile, hash, container, repair: 0 }));
  const result = inject(asking, settings.images);
  if ("skip" in result) return undefined;
  // People paste plans into tickets.
  const told = (one: Template) => redacted(one) as Template;
  return { before: told(template), after: told(applyPatch(asking, result.patch)) };
};

const withAnnotation = (template: Template, value: string): Template => ({
  ...template,
  metadata: {
    ...template.metadata,
    annotations: { ...template.metadata?.annotations, [AGENT_ANNOTATION]: value },
  },
});
