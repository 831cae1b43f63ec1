/** A real API server for `*.rig.test.ts`, with the resource's definition in it. */
import { KubeConfig } from "@kubernetes/client-node";
import { startApi } from "../cluster/api.ts";
import { until } from "../e2e/kit/wait.ts";
import type { Cluster, Manifest } from "./cluster/cluster.ts";
import { kubernetesCluster } from "./cluster/kubernetes.ts";
import { openWire, type Wire } from "./cluster/wire.ts";
import { crd } from "./migration/crd.ts";
import { GROUP, KIND, VERSION } from "./migration/schema.ts";

export interface Rig {
  kubeconfig: string;
  wire: Wire;
  cluster: Cluster;
  /** Somebody else with another field manager. */
  kubectl: Cluster;
  stop: () => Promise<void>;
}

export const openRig = async (): Promise<Rig> => {
  const api = await startApi();
  const config = new KubeConfig();
  config.loadFromFile(api.kubeconfig);
  const wire = openWire(config);
  const cluster = kubernetesCluster(wire);
  const kubectl = kubernetesCluster(wire, "kubectl");
  await kubectl.apply(crd() as Manifest);
  await until({ what: "the resource being served", seconds: 20, everyMs: 50 }, async () => {
    await cluster.list({ apiVersion: `${GROUP}/${VERSION}`, kind: KIND, namespace: "default" });
    return true;
  });
  return { kubeconfig: api.kubeconfig, wire, cluster, kubectl, stop: api.stop };
};
