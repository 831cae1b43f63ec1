/** What `flashcard-otel console` understands. */
import { parseArgs } from "node:util";

export const HELP = `usage: flashcard-otel console [--context C] [--kubeconfig F] [-n NAMESPACE] [--port P]

Serves a page about all migrations you may see, on loopback, with your own kubeconfig. It prints an address that works once.

  --context C       a context of the kubeconfig; the current one when absent
  --kubeconfig F    $KUBECONFIG or ~/.kube/config when absent
  -n, --namespace   only this namespace; all that you may list when absent
  --port P          a free one when absent
`;

export interface Options {
  context: string | undefined;
  kubeconfig: string | undefined;
  namespace: string | undefined;
  port: number;
  help: boolean;
}

const portOf = (text: string): number => {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`--port ${text}: a port is a number from 0 to 65535`);
};

export const optionsIn = (args: string[]): Options => {
  const { values } = parseArgs({
    args,
    options: {
      context: { type: "string" },
      kubeconfig: { type: "string" },
      namespace: { type: "string", short: "n" },
      port: { type: "string", default: "0" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { context, kubeconfig, namespace, help } = values;
  return { context, kubeconfig, namespace, port: portOf(values.port), help };
};
