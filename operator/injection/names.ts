/** Every name under which something of ours appears in a user's pod or template. */

/** On pod templates and pods: what is asked for. */
export const AGENT_ANNOTATION = "flashcard-otel.dev/agent";
/** On pods: what was done. */
export const INJECTED_ANNOTATION = "flashcard-otel.dev/injected";
/** On pods: why nothing was done. */
export const SKIPPED_ANNOTATION = "flashcard-otel.dev/skipped";

/** Volume, and prefix of the ConfigMap's name. */
export const AGENT_VOLUME = "flashcard-otel-agent";
export const AGENT_PATH = "/flashcard-otel";
export const REQUIRE = `--require ${AGENT_PATH}/agent.cjs`;

/** Volume and init container of the profile `full`, whose SDK is too big for a ConfigMap. */
export const FULL_VOLUME = "flashcard-otel-full";
export const FULL_PATH = "/flashcard-otel-full";

/** Who a pod is, told to the agent by the downward API. */
export const IDENTITY: Record<string, string> = {
  FLASHCARD_OTEL_POD_NAME: "metadata.name",
  FLASHCARD_OTEL_POD_UID: "metadata.uid",
  FLASHCARD_OTEL_NODE_NAME: "spec.nodeName",
  FLASHCARD_OTEL_NAMESPACE: "metadata.namespace",
};

export const agentName = (hash: string): string => `${AGENT_VOLUME}-${hash}`;
