import type { Daemon } from "./node.ts";
import { inside, names, network } from "./layout.ts";

const state = inside.state;
const pki = `${state}/pki`;
const conf = `${state}/conf`;

const flags = (values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).map(([name, value]) => `--${name}=${value}`);

const etcd: Daemon = {
  name: "etcd",
  command: [
    "etcd",
    ...flags({
      "data-dir": `${state}/etcd`,
      "listen-client-urls": "http://127.0.0.1:2379",
      "advertise-client-urls": "http://127.0.0.1:2379",
      "listen-peer-urls": "http://127.0.0.1:2380",
      "log-level": "warn",
    }),
    // The data is worth nothing after the next start.
    "--unsafe-no-fsync",
  ],
};

const frontProxy = {
  "proxy-client-cert-file": `${pki}/front-proxy-client.crt`,
  "proxy-client-key-file": `${pki}/front-proxy-client.key`,
  "requestheader-client-ca-file": `${pki}/front-proxy-ca.crt`,
  "requestheader-allowed-names": "front-proxy-client",
  "requestheader-extra-headers-prefix": "X-Remote-Extra-",
  "requestheader-group-headers": "X-Remote-Group",
  "requestheader-username-headers": "X-Remote-User",
};

const serviceAccounts = {
  "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
  "service-account-key-file": `${pki}/sa.pub`,
  "service-account-signing-key-file": `${pki}/sa.key`,
};

const apiServer: Daemon = {
  name: "kube-apiserver",
  command: [
    "kube-apiserver",
    ...flags({
      "etcd-servers": "http://127.0.0.1:2379",
      "advertise-address": network.node,
      "secure-port": String(network.apiPort),
      "allow-privileged": "true",
      "authorization-mode": "Node,RBAC",
      "enable-admission-plugins":
        "NodeRestriction,MutatingAdmissionWebhook,ValidatingAdmissionWebhook,ValidatingAdmissionPolicy",
      "enable-bootstrap-token-auth": "true",
      "client-ca-file": `${pki}/ca.crt`,
      "tls-cert-file": `${pki}/apiserver.crt`,
      "tls-private-key-file": `${pki}/apiserver.key`,
      "kubelet-client-certificate": `${pki}/apiserver-kubelet-client.crt`,
      "kubelet-client-key": `${pki}/apiserver-kubelet-client.key`,
      "kubelet-preferred-address-types": "InternalIP",
      "service-cluster-ip-range": network.services,
      ...frontProxy,
      ...serviceAccounts,
    }),
  ],
};

const credentials = (name: string) => ({
  kubeconfig: `${conf}/${name}.conf`,
  "authentication-kubeconfig": `${conf}/${name}.conf`,
  "authorization-kubeconfig": `${conf}/${name}.conf`,
  "leader-elect": "false",
  // With the default of 20 a second the controllers need five seconds to start.
  "kube-api-qps": "300",
  "kube-api-burst": "300",
});

const controllerManager: Daemon = {
  name: "kube-controller-manager",
  command: [
    "kube-controller-manager",
    ...flags({
      ...credentials("controller-manager"),
      "allocate-node-cidrs": "true",
      "cluster-cidr": network.pods,
      "service-cluster-ip-range": network.services,
      "client-ca-file": `${pki}/ca.crt`,
      "cluster-signing-cert-file": `${pki}/ca.crt`,
      "cluster-signing-key-file": `${pki}/ca.key`,
      "root-ca-file": `${pki}/ca.crt`,
      "service-account-private-key-file": `${pki}/sa.key`,
      "use-service-account-credentials": "true",
      "requestheader-client-ca-file": `${pki}/front-proxy-ca.crt`,
      "enable-hostpath-provisioner": "true",
    }),
  ],
};

/** Opens the folders of the host-path provisioner to pods that are not root. */
const volumes: Daemon = { name: "volumes", command: ["volumes", "/tmp/hostpath_pv"] };

const scheduler: Daemon = {
  name: "kube-scheduler",
  command: ["kube-scheduler", ...flags(credentials("scheduler"))],
};

const containerd: Daemon = {
  name: "containerd",
  command: ["containerd", "--config", `${conf}/containerd.toml`],
};

export const kubelet: Daemon = {
  name: "kubelet",
  command: [
    "kubelet",
    ...flags({
      config: `${conf}/kubelet.yaml`,
      kubeconfig: `${conf}/kubelet.conf`,
      "root-dir": `${state}/kubelet`,
      "cert-dir": `${state}/kubelet/pki`,
      "node-ip": network.node,
      "hostname-override": names.node,
    }),
  ],
};

const proxy: Daemon = {
  name: "kube-proxy",
  command: [
    "kube-proxy",
    ...flags({
      kubeconfig: `${conf}/super-admin.conf`,
      "proxy-mode": "iptables",
      "cluster-cidr": network.pods,
      "hostname-override": names.node,
      // A network namespace may not change the kernel's table size.
      "conntrack-max-per-core": "0",
      // Default 1 s: a new Service would refuse for that long.
      "iptables-min-sync-period": "100ms",
    }),
  ],
};

/** In three waves: each needs the one before. */
export const daemons = {
  first: [etcd, apiServer, containerd],
  control: [volumes, controllerManager, scheduler],
  node: [kubelet, proxy],
} as const;

export const daemonNames = Object.values(daemons)
  .flat()
  .map(({ name }) => name);
