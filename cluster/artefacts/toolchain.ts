import { join } from "node:path";
import { run } from "../run.ts";
import type { Environment, Settings } from "../settings.ts";
import { Trouble } from "../trouble.ts";
import { goMinimum, goPackages } from "./catalogue.ts";
import { unpacked } from "./debian.ts";

export interface Toolchain {
  go: string;
  version: string;
  env: Environment;
}

const numbers = (version: string): number[] => version.split(".").map(Number);

export const atLeast = (version: string, minimum: string): boolean => {
  const have = numbers(version);
  for (const [index, want] of numbers(minimum).entries()) {
    const part = have[index] ?? 0;
    if (part !== want) return part > want;
  }
  return true;
};

/** `go version go1.26.8 linux/amd64` -> `1.26.8` */
export const goVersion = (text: string): string | undefined =>
  /go(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1];

const probe = async (go: string, env: Environment): Promise<Toolchain | undefined> => {
  try {
    const version = goVersion(await run(go, ["version"], { env }));
    return version ? { go, version, env } : undefined;
  } catch {
    return undefined;
  }
};

/** Same compiler, same flags, whatever the user's shell says: results are shared by key. */
const buildEnvironment = (env: Environment): Environment => ({
  ...env,
  CGO_ENABLED: "0",
  GOFLAGS: "-buildvcs=false",
  GOWORK: "off",
  GOTOOLCHAIN: "local",
});

/** The machine's own Go if it is new enough, else Debian's, unpacked into the cache. */
export const toolchain = async (settings: Settings): Promise<Toolchain> => {
  const env = buildEnvironment(settings.env);
  const own = await probe("go", env);
  if (own && atLeast(own.version, goMinimum)) return own;
  settings.say(
    `go: ${own ? `${own.version} is older than ${goMinimum}` : "none on this machine"}, taking Debian's`,
  );
  const { path } = await unpacked(settings, "go", goPackages);
  const root = join(path, "root/usr/lib/go-1.26");
  // The package links its sources by a path that only exists where it is installed.
  const found = await probe(join(root, "bin/go"), { ...env, GOROOT: root });
  if (found && atLeast(found.version, goMinimum)) return found;
  throw new Trouble(
    `Go ${goMinimum} or newer is needed to build the cluster's programs: put it on PATH (Debian's packages offer ${found?.version ?? "none that runs"})`,
  );
};
