/** Options that many commands have, in kubectl's words. */
import type { Definition, Option } from "./command.ts";

const CLUSTER: Record<string, Option> = {
  namespace: {
    type: "string",
    short: "n",
    value: "NAMESPACE",
    says: "namespace of the migration; the context's when absent",
  },
  context: { type: "string", value: "CONTEXT", says: "context of the kubeconfig" },
  kubeconfig: { type: "string", value: "FILE", says: "kubeconfig to use instead of $KUBECONFIG" },
};

const HELP: Option = { type: "boolean", short: "h", says: "show this help" };

/** Own options first, then those of the kind of command. */
export const optionsOf = ({ options, formats, cluster }: Definition): Record<string, Option> => ({
  ...options,
  ...(formats.length > 0
    ? {
        output: {
          type: "string" as const,
          short: "o",
          value: "FORMAT",
          says: "how the answer is printed",
          choices: formats,
        },
      }
    : {}),
  ...(cluster ? CLUSTER : {}),
  help: HELP,
});
