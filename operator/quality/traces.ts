/** The gate of the traces: every component is in them, and they are what traces must be. */
import { SPAN_ATTRIBUTES } from "../../agent/contract.ts";
import type { ParityMap } from "@flashcard-otel/verdict/paritymap.ts";
import { tracesUrl } from "../backends/endpoints.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Fetch } from "../measurement/ask.ts";
import { type Jaeger, jaeger, type Trace } from "../measurement/jaeger.ts";
import type { Gate, World } from "../migration/types.ts";
import { readMap } from "../parity/map.ts";
import { type Examination, examine } from "./examine.ts";
import { type Contract, endOf } from "./subject.ts";

/** Enough to see what is missing as a rule, not what is missing once in a thousand: `operations.ts` counts. */
const TRACES = 20;
const LOOK_BACK_SECONDS = 300;
/** Spans of one trace come from several processes at different times. */
const LATENESS_SECONDS = 15;

/** Components whose profile records traces at all. A CronJob's may be of yesterday: its run was seen when it got the agent. */
export const traced = ({ migration }: Pick<World, "migration">): string[] => {
  const runs = migration.spec.components.filter(({ target }) => target.kind === "CronJob");
  const rare = new Set(runs.map(({ name }) => name));
  return migration.status.components
    .filter(({ stage, profile }) => stage !== "Skipped" && profile && profile !== "Metrics")
    .map(({ name }) => name)
    .filter((name) => !rare.has(name));
};

/** What spans of a migration may carry: what the agent puts there, the baggage that is named, and what the map says of the applications. */
export const contractOf = (
  { spec, status }: World["migration"],
  map: Partial<ParityMap>,
): Contract => ({
  known: {
    ...SPAN_ATTRIBUTES,
    // Entries are whatever somebody puts into them.
    ...Object.fromEntries(spec.baggage.map((name) => [name, "many" as const])),
    ...map.attributes,
  },
  isClosed: map.attributes !== undefined,
  exempt: status.components.flatMap(({ name, profile }) => (profile === "Full" ? [name] : [])),
});

/** TracesComplete | TracesIncomplete | NoTracesExpected */
export const examineTraces = async (
  world: World,
  { cluster, fetch }: { cluster: Pick<Cluster, "read">; fetch: Fetch },
): Promise<Gate> => {
  const services = traced(world);
  if (services.length === 0)
    return { passed: true, reason: "NoTracesExpected", message: "no profile records traces" };
  const map = await readMap(world.migration, cluster);
  const setting = {
    now: world.now.getTime() / 1000,
    contract: contractOf(world.migration, "rows" in map ? map : {}),
  };
  return judge(await examineServices(services, jaeger(tracesUrl(world.migration), fetch), setting));
};

export interface Setting {
  /** Seconds. */
  now: number;
  contract: Contract;
}

/** Also for whoever wants to look without a cluster. */
export const examineServices = async (
  services: string[],
  door: Jaeger,
  { now, contract }: Setting,
): Promise<Examination[]> => {
  const found = await Promise.all(services.map((service) => settled(door, service, now)));
  // A component that is asked for little things all the time shows its great traces only through the others.
  const traces = [...new Map(found.flat().map((trace) => [trace.traceId, trace])).values()];
  const names = await Promise.all(services.map((service) => door.names(service)));
  return services.map((service, nth) =>
    examine(service, names[nth] ?? [], { services, traces, contract }),
  );
};

/** Traces whose last span ended long enough ago. */
const settled = async (door: Jaeger, service: string, now: number): Promise<Trace[]> => {
  const to = now - LATENESS_SECONDS;
  const traces = await door.search({ service, limit: TRACES, from: to - LOOK_BACK_SECONDS, to });
  return traces.filter(({ spans }) => spans.every((span) => endOf(span) < to * 1_000_000));
};

const judge = (all: Examination[]): Gate => {
  const troubles = all.flatMap(({ rows }) => rows.filter(({ verdict }) => verdict === "Differs"));
  if (troubles.length > 0) {
    const message = troubles.map((row) => row.message).join("; ");
    return { passed: false, reason: "TracesIncomplete", message };
  }
  const counts = all.map(
    ({ service, traces, spans }) => `${service}: ${traces} traces, ${spans} spans`,
  );
  const checks = all[0]?.rows.length ?? 0;
  const message = `${counts.join("; ")}; ${checks} checks of each`;
  return { passed: true, reason: "TracesComplete", message };
};
