import type { ProviderName } from "./provider.ts";

/** What the machine is like, as far as providers care. */
export interface Facts {
  platform: string;
  root: boolean;
  /** Programs found on PATH. */
  programs: ReadonlySet<string>;
}

interface Prerequisite {
  what: string;
  met: (facts: Facts) => boolean;
  remedy: string;
}

const elsewhere = "or use an existing cluster: --context NAME";

const program = (name: string, from: string): Prerequisite => ({
  what: `the program ${name}`,
  met: ({ programs }) => programs.has(name),
  remedy: `install ${from}`,
});

/** What namespaces of our own take. */
const isolation: readonly Prerequisite[] = [
  {
    what: "Linux",
    met: ({ platform }) => platform === "linux",
    remedy: "run it in a Linux machine",
  },
  {
    what: "root (for namespaces and cgroups)",
    met: ({ root }) => root,
    remedy: "run the same command with sudo -E",
  },
  program("apt-get", "Debian 12 or newer, whose packages it unpacks"),
  program("dpkg", "Debian 12 or newer, whose packages it unpacks"),
  program("unshare", "util-linux"),
  program("nsenter", "util-linux"),
  program("ip", "iproute2"),
  program("sysctl", "procps"),
];

/** All that is missing for namespaces of our own, one line each: what, for whom, how to get it, what works instead. */
export const unmet = (whom: string, facts: Facts): string[] =>
  isolation
    .filter((one) => !one.met(facts))
    .map(({ what, remedy }) => `${whom} needs ${what}, missing here: ${remedy}, ${elsewhere}`);

/** What must be there whatever the provider finds later: kind can do with a Docker alone. */
export const missing = (provider: ProviderName, facts: Facts): string[] =>
  provider === "direct" ? unmet(provider, facts) : [];

export const programsAsked = ["apt-get", "dpkg", "unshare", "nsenter", "ip", "sysctl"] as const;
