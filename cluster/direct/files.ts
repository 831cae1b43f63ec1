import { inside, names, network } from "./layout.ts";

/** The node's configuration files, as text. */

export const kubeadmConfig = (pki: string): string => `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: { advertiseAddress: ${network.node}, bindPort: ${network.apiPort} }
nodeRegistration: { name: ${names.node}, criSocket: "unix:///run/containerd/containerd.sock" }
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
clusterName: flashcard-otel
certificatesDir: ${pki}
encryptionAlgorithm: ECDSA-P256
apiServer: { certSANs: [localhost, 127.0.0.1, ${network.node}] }
networking: { podSubnet: ${network.pods}, serviceSubnet: ${network.services} }
`;

export const kubeletConfig = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: { enabled: false }
  webhook: { enabled: true }
  x509: { clientCAFile: ${inside.state}/pki/ca.crt }
authorization: { mode: Webhook }
cgroupDriver: cgroupfs
# Kubernetes refuses cgroup v1 unless told; the code is there until 1.38 at least.
failCgroupV1: false
failSwapOn: false
syncFrequency: 10s
clusterDNS: [${network.dns}]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
resolvConf: ${inside.state}/conf/resolv.conf
podLogsDir: ${inside.state}/pods
volumePluginDir: ${inside.state}/opt/volume-plugins
staticPodPath: ""
# The machine's disk is not ours to judge: never evict or collect because it is full.
imageGCHighThresholdPercent: 100
evictionHard: { nodefs.available: "0%", nodefs.inodesFree: "0%", imagefs.available: "0%" }
serializeImagePulls: false
`;

export interface RuntimeOptions {
  pause: string;
  cniPlugins: string;
  /** overlayfs cannot lie on another overlay. */
  snapshotter: "overlayfs" | "native";
  /** False where this process may not lower oom scores. */
  mayLowerOomScore: boolean;
}

export const containerdConfig = (options: RuntimeOptions): string => `version = 2
root = "${inside.state}/containerd"
state = "/run/containerd"
[plugins."io.containerd.internal.v1.opt"]
  path = "${inside.state}/opt/containerd"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${options.pause}"
  restrict_oom_score_adj = ${!options.mayLowerOomScore}
  tolerate_missing_hugetlb_controller = true
[plugins."io.containerd.grpc.v1.cri".containerd]
  default_runtime_name = "runc"
  snapshotter = "${options.snapshotter}"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "${options.cniPlugins}"
  conf_dir = "${inside.state}/cni"
`;

export const cniConfig = JSON.stringify({
  cniVersion: "0.4.0",
  name: "flashcard-otel",
  plugins: [
    {
      type: "bridge",
      bridge: "cni0",
      isGateway: true,
      ipMasq: true,
      hairpinMode: true,
      ipam: {
        type: "host-local",
        ranges: [[{ subnet: network.nodePods }]],
        routes: [{ dst: "0.0.0.0/0" }],
      },
    },
    { type: "portmap", capabilities: { portMappings: true } },
  ],
});

/** For pods that ask for the node's own resolver: there is none, and an empty list fails at once. */
export const resolvConfig = "options timeout:1 attempts:1\n";
