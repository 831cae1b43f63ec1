/** A program built from Go modules: `cluster/go/<module>` holds its go.mod, go.sum and, where it is ours, main.go. */
export interface GoArtefact {
  kind: "go";
  module: string;
  /** Name of each program and the package it is built from. */
  programs: Readonly<Record<string, string>>;
  ldflags?: string;
  tags?: string;
  /** Further names of the first program, which looks at the name it is called by. */
  links?: readonly string[];
}

/** Debian packages, unpacked and never installed, with the libraries they need. */
export interface DebianArtefact {
  kind: "debian";
  /** Each entry: a package, or names in order of preference (releases of Debian carry different versions). */
  packages: readonly (string | readonly string[])[];
  /** Taken from another suite of the same mirror. */
  suite?: string;
}

export type Artefact = GoArtefact | DebianArtefact;

const strip = "-s -w";
export const kubernetesVersion = "v1.36.3";
/** Without the version kubeadm refuses to work. */
const versionFlags = [
  `-X k8s.io/component-base/version.gitVersion=${kubernetesVersion}`,
  "-X k8s.io/component-base/version.gitMajor=1",
  "-X k8s.io/component-base/version.gitMinor=36",
  "-X k8s.io/component-base/version.gitTreeState=clean",
  `-X k8s.io/client-go/pkg/version.gitVersion=${kubernetesVersion}`,
].join(" ");

const kubernetesNames = [
  "kubeadm",
  "kubectl",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kube-proxy",
  "kubelet",
] as const;

/** In the order in which they are built: what tests need soonest comes first. */
export const catalogue = {
  etcd: { kind: "go", module: "etcd", programs: { etcd: "." }, ldflags: strip },
  kubernetes: {
    kind: "go",
    module: "kubernetes",
    programs: { kube: "." },
    ldflags: `${strip} ${versionFlags}`,
    links: kubernetesNames,
  },
  pause: { kind: "go", module: "pause", programs: { pause: "." }, ldflags: strip },
  volumes: { kind: "go", module: "volumes", programs: { volumes: "." }, ldflags: strip },
  coredns: { kind: "go", module: "coredns", programs: { coredns: "." }, ldflags: strip },
  helm: {
    kind: "go",
    module: "helm",
    programs: { helm: "helm.sh/helm/v4/cmd/helm" },
    ldflags: strip,
  },
  /** Pushes images, and serves a registry for the test of that. */
  crane: {
    kind: "go",
    module: "crane",
    programs: { crane: "github.com/google/go-containerregistry/cmd/crane" },
    ldflags: strip,
  },
  k6: { kind: "go", module: "k6", programs: { k6: "go.k6.io/k6/v2" }, ldflags: strip },
  collector: { kind: "go", module: "collector", programs: { otelcol: "." }, ldflags: strip },
  /** A broker in memory, for tests only. */
  kafka: { kind: "go", module: "kafka", programs: { kafka: "." }, ldflags: strip },
  jaeger: {
    kind: "go",
    module: "jaeger",
    programs: { jaeger: "github.com/jaegertracing/jaeger/cmd/jaeger" },
    ldflags: strip,
  },
  prometheus: {
    kind: "go",
    module: "prometheus",
    programs: {
      prometheus: "github.com/prometheus/prometheus/cmd/prometheus",
      promtool: "github.com/prometheus/prometheus/cmd/promtool",
    },
    ldflags: strip,
    // Its other discovery mechanisms pull in modules that not every module proxy serves.
    tags: "remove_all_sd,enable_kubernetes_sd,enable_dns_sd",
  },
  runtime: {
    kind: "debian",
    packages: ["containerd", "runc", "containernetworking-plugins", "iptables"],
  },
  postgres: {
    kind: "debian",
    packages: [
      ["postgresql-15", "postgresql-16", "postgresql-17", "postgresql-18"],
      [
        "postgresql-client-15",
        "postgresql-client-16",
        "postgresql-client-17",
        "postgresql-client-18",
      ],
      "tzdata",
      "busybox-static",
    ],
  },
  redis: {
    kind: "debian",
    packages: [
      ["redis-server", "valkey-server"],
      ["redis-tools", "valkey-tools"],
    ],
  },
  /** For the provider kind, where the machine has no Docker of its own. */
  kind: { kind: "go", module: "kind", programs: { kind: "sigs.k8s.io/kind" }, ldflags: strip },
  "bounded-runc": {
    kind: "go",
    module: "bounded-runc",
    programs: { "bounded-runc": "." },
    ldflags: strip,
  },
  docker: { kind: "debian", packages: ["docker.io"] },
  mmdebstrap: { kind: "debian", packages: ["mmdebstrap"] },
  busybox: { kind: "debian", packages: ["busybox-static"] },
  /** For tests of pages; with its data files and the fonts of the pictures. */
  chromium: {
    kind: "debian",
    packages: [
      "chromium",
      "chromium-common",
      "fontconfig-config",
      "fonts-inter",
      "fonts-jetbrains-mono",
    ],
  },
} as const satisfies Record<string, Artefact>;

export type ArtefactName = keyof typeof catalogue;

export const artefactNames = Object.keys(catalogue) as ArtefactName[];

/** What a bare cluster needs, and what goes into images besides. */
export const clusterArtefacts = [
  "etcd",
  "kubernetes",
  "pause",
  "volumes",
  "coredns",
  "helm",
  "runtime",
] as const satisfies readonly ArtefactName[];

/** Debian's Go for machines that have none, or one too old for the modules. */
export const goPackages: DebianArtefact = {
  kind: "debian",
  packages: ["golang-1.26-go", "golang-1.26-src"],
  suite: "trixie-backports",
};

export const goMinimum = "1.26.7";
