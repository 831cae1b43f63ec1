/** Every name under which something of ours appears in a user's pod or template. */
import { AGENT_ENV, AGENT_FILE, AGENT_PATH } from "../../agent/contract.ts";

/** On pod templates and pods: what is asked for. */
export const AGENT_ANNOTATION = "flashcard-otel.dev/agent";
/** On pods: what was done. */
export const INJECTED_ANNOTATION = "flashcard-otel.dev/injected";
/** On pods: why nothing was done. */
export const SKIPPED_ANNOTATION = "flashcard-otel.dev/skipped";

/** Volume, and prefix of the ConfigMap's name. */
export const AGENT_VOLUME = "flashcard-otel-agent";
export const REQUIRE = `--require ${AGENT_PATH}/${AGENT_FILE}`;

/** Volume and init container of the profile `full`, whose SDK is too big for a ConfigMap. */
export const FULL_VOLUME = "flashcard-otel-full";

/** Who a pod is, told to the agent by the downward API. */
export const IDENTITY: Record<string, string> = {
  [AGENT_ENV.podName]: "metadata.name",
  [AGENT_ENV.podUid]: "metadata.uid",
  [AGENT_ENV.nodeName]: "spec.nodeName",
  [AGENT_ENV.namespace]: "metadata.namespace",
};

export const agentName = (hash: string): string => `${AGENT_VOLUME}-${hash}`;
