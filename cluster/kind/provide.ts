/** Which Docker: the one that runs already, ours or the machine's, or, when asked for, one of our own. */
import { rmdir } from "node:fs/promises";
import { network, type Layout } from "../direct/layout.ts";
import { bootId, liveRecord, startTime, writeRecord } from "../direct/record.ts";
import { leftovers, refuseForeign, removeData, sweep } from "../direct/sweep.ts";
import { readFacts } from "../providers/facts.ts";
import { unmet } from "../providers/prerequisites.ts";
import type { Environment, Settings } from "../settings.ts";
import { Trouble } from "../trouble.ts";
import { answers, ownEnvironment, startDocker } from "./docker.ts";

export interface Place {
  settings: Settings;
  layout: Layout;
  withDocker: boolean;
}

export interface Docker {
  /** What kind and `docker` must find in their environment. */
  env: Environment;
  /** Ours lives on a network of its own, where the machine reaches it by this address. */
  own?: { address: string };
}

const own = async ({ settings, layout }: Place): Promise<Docker> => ({
  env: await ownEnvironment(settings, layout),
  own: { address: network.node },
});

export const currentDocker = async (place: Place): Promise<Docker | undefined> => {
  if (await liveRecord(place.layout)) return own(place);
  const { env } = place.settings;
  return (await answers(env)) ? { env } : undefined;
};

const mayStart = ({ settings, withDocker }: Place): void => {
  if (!withDocker)
    throw new Trouble(
      "kind needs Docker, and none answers here: start it, or let this command run one of its own with --with-docker (Linux, root)",
    );
  const lines = unmet("kind --with-docker", readFacts(settings.env));
  if (lines.length > 0) throw new Trouble(lines.join("\n"));
};

const start = async (place: Place): Promise<Docker> => {
  const { settings, layout } = place;
  mayStart(place);
  await refuseForeign(layout);
  if ((await leftovers()).length > 0) await sweep(layout);
  try {
    const { pid, env } = await startDocker(settings, layout);
    const record = { pid, started: (await startTime(pid)) ?? "", boot: await bootId() };
    await writeRecord(layout, {
      ...record,
      readySeconds: 0,
      env: { ...env } as { [name: string]: string },
    });
  } catch (error) {
    await sweep(layout);
    throw error;
  }
  settings.say("kind: Docker of our own is up, on a network without a way out");
  return own(place);
};

export const provideDocker = async (place: Place): Promise<Docker> =>
  (await currentDocker(place)) ?? start(place);

/** Ends our own Docker, if there is one, and all that it ran; the machine's is left alone. */
export const removeDocker = async ({ layout }: Place): Promise<void> => {
  await refuseForeign(layout);
  await sweep(layout);
  await removeData(layout);
  // Docker makes it for kind's nodes where the kernel has no modules; one that is not empty stays.
  await rmdir("/lib/modules").catch(() => undefined);
  const left = await leftovers();
  if (left.length > 0) throw new Trouble(`down left something behind: ${left.join(", ")}`);
};
