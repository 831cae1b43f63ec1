import type { ProviderName } from "./provider.ts";

/** What the machine is like, as far as providers care. */
export interface Facts {
  platform: string;
  root: boolean;
  /** Programs found on PATH. */
  programs: ReadonlySet<string>;
}

interface Prerequisite {
  provider: ProviderName;
  what: string;
  met: (facts: Facts) => boolean;
  remedy: string;
}

const elsewhere = "or use an existing cluster: --context NAME";

const program = (name: string, from: string): Prerequisite => ({
  provider: "direct",
  what: `the program ${name}`,
  met: ({ programs }) => programs.has(name),
  remedy: `install ${from}`,
});

const direct: readonly Prerequisite[] = [
  {
    provider: "direct",
    what: "Linux",
    met: ({ platform }) => platform === "linux",
    remedy: "run it in a Linux machine",
  },
  {
    provider: "direct",
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

/** All that is missing, one line each: what, for which provider, how to get it, what works instead. */
export const missing = (provider: ProviderName, facts: Facts): string[] =>
  direct
    .filter((one) => one.provider === provider && !one.met(facts))
    .map(({ what, remedy }) => `${provider} needs ${what}, missing here: ${remedy}, ${elsewhere}`);

export const programsAsked = ["apt-get", "dpkg", "unshare", "nsenter", "ip", "sysctl"] as const;
