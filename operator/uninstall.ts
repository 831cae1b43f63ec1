/**
 * Role uninstall: the chart runs it before it removes the operator, which is then the last thing that can restore anything. Every
 * migration is asked to leave, and waited for. The resources stay: who installs again takes the annotation away, and goes on.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { type Cluster, type Manifest, noneWithoutKind } from "./cluster/cluster.ts";
import { COMMAND, saysLeave } from "./migration/goal.ts";
import { FINALIZER, GROUP, KIND, VERSION } from "./migration/schema.ts";

export interface UninstallOptions {
  cluster: Cluster;
  /** Where migrations may be; empty: everywhere. */
  namespaces: string[];
  seconds: number;
  log: Pick<Logger, "info">;
  /** How often it looks whether all have let go. */
  everyMs?: number;
}

/** Throws a sentence with everything that has not let go in time. */
export const uninstall = async (options: UninstallOptions): Promise<void> => {
  const { seconds, log, everyMs = 2000 } = options;
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const held = await holding(options);
    if (held.length === 0) return;
    for (const resource of held.filter((one) => !saysLeave(one))) {
      log.info({ ...at(resource) }, "asking it to leave");
      await options.cluster.merge(at(resource), {
        metadata: { annotations: { [COMMAND.leave]: "true" } },
      });
    }
    if (performance.now() > deadline) throw new Error(reproach(held, seconds));
    await sleep(everyMs);
  }
};

/** A resource that nothing of ours rests on carries no finalizer; without the definition there are no resources. */
const holding = async ({ cluster, namespaces }: UninstallOptions): Promise<Manifest[]> => {
  const places = namespaces.length === 0 ? [""] : namespaces;
  const lists = await Promise.all(
    places.map((namespace) =>
      cluster
        .list({ apiVersion: `${GROUP}/${VERSION}`, kind: KIND, namespace })
        .catch(noneWithoutKind),
    ),
  );
  return lists.flat().filter(({ metadata }) => metadata.finalizers?.includes(FINALIZER));
};

const at = ({ apiVersion, kind, metadata: { namespace = "", name } }: Manifest) => ({
  apiVersion,
  kind,
  namespace,
  name,
});

const reproach = (held: Manifest[], seconds: number): string =>
  `uninstalling: after ${seconds} s the agent is still in workloads of ${held.map(standing).join("; ")}. Nothing was removed. See that the controller runs, and uninstall again with a longer uninstall.timeoutSeconds and --timeout; or leave things as they are with --no-hooks`;

const standing = ({ metadata, status }: Manifest): string => {
  const { next } = (status ?? {}) as { next?: { reason: string; message: string } };
  const why = next ? ` (${next.reason}: ${next.message})` : "";
  return `${metadata.namespace ?? ""}/${metadata.name}${why}`;
};
