/** Asks the old Prometheus for the signals of a rollout under way. */
import { prometheus } from "../measurement/prometheus.ts";
import { type Reading, readingOf, sidesOf } from "../rollout/guard.ts";
import { podsOfWorkload } from "../rollout/pods.ts";
import type { Dependencies, Subject } from "./observe.ts";
import type { SignalSpec } from "./schema.ts";

/** Only while new and old pods run beside each other is there something to compare; what cannot be asked says nothing. */
export const observeGuard = async (
  { migration, spec, status, deployment, inventory }: Subject,
  { fetch, now, log }: Pick<Dependencies, "fetch" | "now" | "log">,
): Promise<Reading[]> => {
  const url = migration.spec.legacy?.prometheus.url;
  if (!url || !status?.hash) return [];
  const { soakSeconds } = spec.rollout;
  const pods = podsOfWorkload(deployment, inventory);
  const sides = sidesOf(pods, { hash: status.hash, now: now(), soakSeconds });
  if (sides.fresh.length === 0 || sides.old.length === 0) return [];
  const read = async (signal: SignalSpec): Promise<Reading[]> => {
    try {
      const samples = await prometheus(url, fetch).query(signal.query);
      return [readingOf(signal, samples, sides) ?? []].flat();
    } catch (error) {
      log.debug({ signal: signal.name, error: String(error) }, "asking for a signal");
      return [];
    }
  };
  return (await Promise.all(spec.signals.map(read))).flat();
};
