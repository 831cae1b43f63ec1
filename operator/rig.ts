/** A real API server for `*.rig.test.ts`, with the resource's definition in it. */
import { KubeConfig } from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";
import { type ApiOptions, startApi } from "../cluster/api.ts";
import { until } from "../e2e/kit/wait.ts";
import type { Cluster, Manifest } from "./cluster/cluster.ts";
import { kubernetesCluster } from "./cluster/kubernetes.ts";
import { openWire, type Wire } from "./cluster/wire.ts";
import { crd } from "./migration/crd.ts";
import { GROUP, KIND, VERSION } from "./migration/schema.ts";
import { printChart } from "../tools/chart.ts";

export interface Rig {
  kubeconfig: string;
  etcd: string;
  wire: Wire;
  cluster: Cluster;
  /** Somebody else with another field manager. */
  kubectl: Cluster;
  /** The door of a user who has only the rights that were granted. */
  as: (user: string) => Cluster;
  stop: () => Promise<void>;
}

export const openRig = async (options: Pick<ApiOptions, "flags"> = {}): Promise<Rig> => {
  const api = await startApi(options);
  const wire = openWire(configOf(api.kubeconfig));
  const cluster = kubernetesCluster(wire);
  const kubectl = kubernetesCluster(wire, "kubectl");
  await kubectl.apply(crd() as Manifest);
  await until({ what: "the resource being served", seconds: 20, everyMs: 50 }, async () => {
    await cluster.list({ apiVersion: `${GROUP}/${VERSION}`, kind: KIND, namespace: "default" });
    return true;
  });
  return {
    as: (user) => kubernetesCluster(openWire(configOf(api.kubeconfig, user))),
    kubeconfig: api.kubeconfig,
    etcd: api.etcd,
    wire,
    cluster,
    kubectl,
    stop: api.stop,
  };
};

/** The chart as helm prints it, as release `rel`. */
export const renderChart = async (...args: string[]): Promise<Manifest[]> => {
  const text = await printChart("rel", ["--set", "images.operator=operator:1", ...args]);
  return parseAllDocuments(text).flatMap((document) => (document.toJS() as Manifest | null) ?? []);
};

export const configOf = (kubeconfig: string, user?: string): KubeConfig => {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  if (user === undefined) return config;
  const [cluster, administrator] = [config.getCurrentCluster(), config.getCurrentUser()];
  if (!cluster || !administrator) throw new Error(`reading ${kubeconfig}: no cluster or user`);
  const impersonating = new KubeConfig();
  impersonating.loadFromClusterAndUser(cluster, { ...administrator, impersonateUser: user });
  return impersonating;
};
