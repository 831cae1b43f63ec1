/** kubeadm's CoreDNS where no name server can be reached: names outside the cluster fail at once instead of after seconds. */
import { run } from "../run.ts";

/** The Corefile without what asks others. */
export const withoutUpstream = (corefile: string): string =>
  corefile.replace(/^ *forward [^{\n]*(\{[^}]*\})?\n/m, "").replace(/^ *loop\n/m, "");

interface Client {
  kubectl: string;
  kubeconfig: string;
}

const corefile = "{.data.Corefile}";

export const dropUpstream = async ({ kubectl, kubeconfig }: Client): Promise<void> => {
  const object = ["--kubeconfig", kubeconfig, "--namespace", "kube-system"];
  const read = ["get", "configmap", "coredns", "--output", `jsonpath=${corefile}`];
  const text = withoutUpstream(await run(kubectl, [...object, ...read]));
  const patch = JSON.stringify({ data: { Corefile: text } });
  await run(kubectl, [...object, "patch", "configmap", "coredns", "--patch", patch]);
};
