/** Settings of etcd and the API server when they run alone on loopback, see api.ts. */

const address = "127.0.0.1";

interface Ports {
  api: number;
  etcd: number;
  peer: number;
}

export const kubeadmConfig = (
  pki: string,
  port: number,
): string => `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
# kubeadm refuses loopback here; the address only ends up as a further name in a certificate.
localAPIEndpoint: { advertiseAddress: 10.96.0.1, bindPort: ${port} }
nodeRegistration: { name: none, criSocket: "unix:///run/containerd/containerd.sock" }
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
clusterName: flashcard-otel-api
controlPlaneEndpoint: "${address}:${port}"
certificatesDir: ${pki}
encryptionAlgorithm: ECDSA-P256
apiServer: { certSANs: [localhost, ${address}] }
`;

export const etcdFlags = (dir: string, { etcd, peer }: Ports): string[] => [
  `--data-dir=${dir}/etcd`,
  `--listen-client-urls=http://${address}:${etcd}`,
  `--advertise-client-urls=http://${address}:${etcd}`,
  `--listen-peer-urls=http://${address}:${peer}`,
  `--initial-advertise-peer-urls=http://${address}:${peer}`,
  `--initial-cluster=default=http://${address}:${peer}`,
  "--log-level=warn",
  "--unsafe-no-fsync",
];

export const apiServerFlags = (pki: string, { api, etcd }: Ports): string[] => [
  `--etcd-servers=http://${address}:${etcd}`,
  `--bind-address=${address}`,
  `--advertise-address=${address}`,
  `--secure-port=${api}`,
  "--allow-privileged=true",
  "--authorization-mode=RBAC",
  // There is no controller that makes service accounts, so pods could not be created with this plugin.
  "--disable-admission-plugins=ServiceAccount",
  `--client-ca-file=${pki}/ca.crt`,
  `--tls-cert-file=${pki}/apiserver.crt`,
  `--tls-private-key-file=${pki}/apiserver.key`,
  "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
  `--service-account-key-file=${pki}/sa.pub`,
  `--service-account-signing-key-file=${pki}/sa.key`,
  "--service-cluster-ip-range=10.96.0.0/16",
  // An own loopback address cannot be an endpoint; without this the server complains for ever.
  "--endpoint-reconciler-type=none",
];
