/** The user's kubeconfig -> a connection. The only file that loads the Kubernetes client. */
import { existsSync } from "node:fs";
// Not the package's entry: that one loads every API there is, and a person waits for it.
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { kubernetesCluster } from "@flashcard-otel/operator/cluster/kubernetes.ts";
import { pathsOf } from "@flashcard-otel/operator/cluster/paths.ts";
import { watcher } from "@flashcard-otel/operator/cluster/watch.ts";
import { openWire, type Wire } from "@flashcard-otel/operator/cluster/wire.ts";
import { instead } from "../similar.ts";
import { missing, Trouble } from "../trouble.ts";
import type { Connection, Right, Summary, Where } from "./connection.ts";
import { proxyFetch } from "./proxy.ts";

/** As it appears in managedFields: the user did it, with this program. */
const MANAGER = "kubectl-flashcard_otel";
/** A person waits. */
const DEADLINE_MS = 10_000;

export const connect = async (where: Where): Promise<Connection> => {
  const config = load(where);
  const context = choose(config, where.context);
  const wire = openWire(config, { deadlineMs: DEADLINE_MS });
  return {
    cluster: kubernetesCluster(wire, MANAGER),
    namespace: where.namespace ?? config.getContextObject(context)?.namespace ?? "default",
    context,
    version: () => version(wire),
    may: (right) => may(wire, right),
    kubelet: (node) => summaryOf(wire, node),
    openWatch: watcher(wire, pathsOf(wire)),
    fetch: proxyFetch(wire),
  };
};

const load = ({ kubeconfig }: Where): KubeConfig => {
  if (kubeconfig !== undefined && !existsSync(kubeconfig))
    throw missing({
      what: `${kubeconfig} does not exist`,
      why: "--kubeconfig names a file that is not there",
      todo: "correct the path, or leave --kubeconfig out to use $KUBECONFIG or ~/.kube/config",
    });
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    throw new Trouble({
      what: "the kubeconfig cannot be read",
      why: (error as Error).message,
      todo: "see that `kubectl config view` works, or name another file with --kubeconfig",
    });
  }
  return config;
};

const choose = (config: KubeConfig, asked: string | undefined): string => {
  const known = config.getContexts().map(({ name }) => name);
  if (asked !== undefined && !known.includes(asked))
    throw missing({
      what: `there is no context ${asked}`,
      why: instead(asked, known),
      todo: "kubectl config get-contexts",
    });
  if (asked !== undefined) config.setCurrentContext(asked);
  // What the client makes up when it has found nothing at all.
  const isMadeUp = config.getCurrentContext() === "loaded-context";
  if (config.getCurrentCluster() && !isMadeUp) return config.getCurrentContext();
  throw new Trouble({
    what: "there is no cluster to talk to",
    why: isMadeUp
      ? "there is no kubeconfig: neither $KUBECONFIG nor ~/.kube/config names one"
      : "the kubeconfig names no current context with a cluster",
    todo: "kubectl config use-context NAME, or --context NAME, or --kubeconfig FILE",
  });
};

const version = async (wire: Wire): Promise<string> => {
  const { text } = await wire.call({ method: "GET", path: "/version", repeatable: true });
  return (JSON.parse(text) as { gitVersion?: string }).gitVersion ?? "unknown";
};

const REVIEW = "authorization.k8s.io/v1";

/** As `kubectl auth can-i`. Everybody may ask about themselves. */
const may = async (wire: Wire, right: Right): Promise<boolean | undefined> => {
  const { status, text } = await wire.call({
    method: "POST",
    path: `/apis/${REVIEW}/selfsubjectaccessreviews`,
    body: {
      apiVersion: REVIEW,
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: right },
    },
    repeatable: true,
  });
  if (status >= 300) return undefined;
  return (JSON.parse(text) as { status?: { allowed?: boolean } }).status?.allowed;
};

const summaryOf = async (wire: Wire, node: string): Promise<Summary | undefined> => {
  const path = `/api/v1/nodes/${node}/proxy/stats/summary`;
  const { status, text } = await wire.call({ method: "GET", path, repeatable: true });
  return status === 200 ? (JSON.parse(text) as Summary) : undefined;
};
