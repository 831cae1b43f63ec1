/** What governors leave out on purpose explains what is missing. */
import { LEAD_SECONDS } from "../parity/sides.ts";
import type { Window } from "../parity/increase.ts";
import type { Prometheus } from "../measurement/prometheus.ts";

/** Says which governor left most out in this window or shortly before it; undefined when none did. */
export const shedding = async (
  services: string[],
  door: Prometheus,
  { start, end }: Window,
): Promise<string | undefined> => {
  if (services.length === 0) return undefined;
  const seconds = Math.round(end - start + LEAD_SECONDS);
  const [most] = await door.query(
    `topk(1, max by (service_name) (max_over_time(flashcard_otel_governor_level_ratio{service_name=~"${services.join("|")}"}[${seconds}s])) > 0)`,
    end,
  );
  return (
    most &&
    `the governor of ${most.labels["service_name"]} left something out (level ${most.value})`
  );
};
