/** Builders of spans and traces with healthy defaults. For tests only. */
import { SPAN_ATTRIBUTES } from "../../../agent/contract.ts";
import type { Span, Trace } from "../../measurement/jaeger.ts";
import { type Check, type Company, type Contract, subjectOf } from "../subject.ts";

/** The entry of a request at `api`. */
export const span = (difference: Partial<Span> = {}): Span => ({
  spanId: "a1",
  name: "GET /",
  service: "api",
  pod: "",
  parentId: undefined,
  linked: false,
  startMicros: 0,
  durationMicros: 10,
  tags: { "span.kind": "server" },
  ...difference,
});

let traces = 0;

export const trace = (...spans: Span[]): Trace => ({ traceId: `t${(traces += 1)}`, spans });

export const contract: Contract = { known: SPAN_ATTRIBUTES, isClosed: true, exempt: [] };

export const company = (all: Trace[], difference: Partial<Company> = {}): Company => ({
  services: ["api", "worker"],
  traces: all,
  contract,
  ...difference,
});

/** What a check says of a service in these traces. */
export const ask = (
  check: Check,
  service: string,
  { names = [], ...among }: Partial<Company> & { names?: string[] },
) => check(subjectOf(service, names, company(among.traces ?? [], among)));
