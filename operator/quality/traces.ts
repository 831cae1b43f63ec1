/** The gate of the traces: every component is in them, with its entry, under the right parents. */
import { tracesUrl } from "../backends/endpoints.ts";
import type { Fetch } from "../measurement/ask.ts";
import { type Jaeger, jaeger, type Span, type Trace } from "../measurement/jaeger.ts";
import type { Gate, World } from "../migration/types.ts";

/** Enough to see what is missing as a rule, not what is missing once in a thousand. */
const TRACES = 20;
const LOOK_BACK_SECONDS = 300;
/** Spans of one trace come from several processes at different times. */
const LATENESS_SECONDS = 15;
const ENTRY: readonly string[] = ["server", "consumer"];
const MOST_ORPHANS = 0.01;
/** Messages from before the senders were traced may still be in the queue. */
const MOST_CUT_OFF = 0.5;

/** Components whose profile records traces at all. A CronJob's may be of yesterday: its run was seen when it got the agent. */
export const traced = ({ migration }: Pick<World, "migration">): string[] => {
  const runs = migration.spec.components.filter(({ target }) => target.kind === "CronJob");
  const rare = new Set(runs.map(({ name }) => name));
  return migration.status.components
    .filter(({ stage, profile }) => stage !== "Skipped" && profile && profile !== "Metrics")
    .map(({ name }) => name)
    .filter((name) => !rare.has(name));
};

/** TracesComplete | TracesIncomplete | NoTracesExpected */
export const examineTraces = async (world: World, { fetch }: { fetch: Fetch }): Promise<Gate> => {
  const services = traced(world);
  if (services.length === 0)
    return { passed: true, reason: "NoTracesExpected", message: "no profile records traces" };
  const door = jaeger(tracesUrl(world.migration), fetch);
  return judge(await examineServices(services, door, world.now.getTime() / 1000));
};

/** Also for whoever wants to look without a cluster. `now` in seconds. */
export const examineServices = async (
  services: string[],
  door: Jaeger,
  now: number,
): Promise<Examination[]> => {
  const found = await Promise.all(services.map((service) => settled(door, service, now)));
  // A component that is asked for little things all the time shows its great traces only through the others.
  const all = [...new Map(found.flat().map((trace) => [trace.traceId, trace])).values()];
  const sent = queuesWrittenTo(all, services);
  const of = (service: string): Trace[] =>
    all.filter(({ spans }) => spans.some((span) => span.service === service));
  return services.map((service) => examine(service, of(service), { services, sent }));
};

/** Traces whose last span ended long enough ago. */
const settled = async (door: Jaeger, service: string, now: number): Promise<Trace[]> => {
  const to = now - LATENESS_SECONDS;
  const traces = await door.search({ service, limit: TRACES, from: to - LOOK_BACK_SECONDS, to });
  const ended = ({ startMicros, durationMicros }: Span): number => startMicros + durationMicros;
  return traces.filter(({ spans }) => spans.every((span) => ended(span) < to * 1_000_000));
};

export interface Examination {
  service: string;
  traces: number;
  spans: number;
  /** Spans of the service whose parent is not in the trace. */
  orphans: number;
  /** Traces in which the service has a span that takes a request or a message. */
  entries: number;
  /** Traces in which another component takes part. */
  shared: number;
  /** Messages taken from a queue that a component writes to. */
  messages: number;
  /** Those of them that neither continue nor name the trace that sent them. */
  cutOff: number;
  /** Something is wrong, as half a sentence; undefined when nothing is. */
  trouble: string | undefined;
}

/** The components that are traced, and the queues that one of them is seen writing to. */
export interface Company {
  services: string[];
  sent: ReadonlySet<string>;
}

/** Pure. */
export const examine = (service: string, traces: Trace[], company: Company): Examination => {
  const own = traces.map((trace) => ofService(trace, service, company));
  const total = (field: keyof ReturnType<typeof ofService>): number =>
    own.reduce((sum, counts) => sum + counts[field], 0);
  const sums = {
    service,
    traces: traces.length,
    spans: total("spans"),
    orphans: total("orphans"),
    entries: total("entries"),
    shared: total("shared"),
    messages: total("messages"),
    cutOff: total("cutOff"),
  };
  return { ...sums, trouble: troubleIn(sums, company.services.length > 1) };
};

const ofService = ({ spans }: Trace, service: string, { services, sent }: Company) => {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const own = spans.filter((span) => span.service === service);
  const others = spans.some((span) => span.service !== service && services.includes(span.service));
  const messages = own.filter((span) => kindOf(span) === "consumer" && sent.has(queueOf(span)));
  return {
    spans: own.length,
    orphans: own.filter(({ parentId }) => parentId && !ids.has(parentId)).length,
    entries: own.some((span) => ENTRY.includes(kindOf(span))) ? 1 : 0,
    shared: others ? 1 : 0,
    messages: messages.length,
    cutOff: messages.filter(({ parentId, linked }) => !parentId && !linked).length,
  };
};

const kindOf = ({ tags }: Span): string => tags["span.kind"] ?? "";

const queueOf = ({ tags }: Span): string =>
  `${tags["messaging.system"] ?? ""} ${tags["messaging.destination.name"] ?? ""}`;

/** A queue that only strangers write to may bring messages without a trace. */
export const queuesWrittenTo = (traces: Trace[], services: string[]): Set<string> => {
  const spans = traces.flatMap((trace) => trace.spans);
  const sends = (span: Span): boolean =>
    kindOf(span) === "producer" && services.includes(span.service);
  return new Set(spans.filter(sends).map(queueOf));
};

const troubleIn = (
  {
    service,
    traces,
    spans,
    orphans,
    entries,
    shared,
    messages,
    cutOff,
  }: Omit<Examination, "trouble">,
  several: boolean,
): string | undefined => {
  if (traces === 0) return `${service} is in no trace of the last minutes`;
  if (entries === 0) return `${service} has no span that takes a request or a message`;
  if (orphans > spans * MOST_ORPHANS)
    return `${orphans} of ${spans} spans of ${service} have a parent that never arrived`;
  if (cutOff > messages * MOST_CUT_OFF)
    return `${cutOff} of ${messages} messages that ${service} takes are not in the trace that sent them: the queue loses the context`;
  if (several && shared === 0) return `no trace leads from another component to ${service}, or on`;
  return undefined;
};

const judge = (all: Examination[]): Gate => {
  const troubles = all.flatMap(({ trouble }) => trouble ?? []);
  if (troubles.length > 0)
    return { passed: false, reason: "TracesIncomplete", message: troubles.join("; ") };
  const counts = all.map(
    ({ service, traces, spans, orphans }) =>
      `${service}: ${traces} traces, ${spans} spans, ${orphans} orphans`,
  );
  return { passed: true, reason: "TracesComplete", message: counts.join("; ") };
};
