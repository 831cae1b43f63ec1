/** What traces of a component must be, as a table of checks; each becomes a row. Pure. */
import { attributes, cardinality } from "./attributes.ts";
import { calls } from "./calls.ts";
import { clock } from "./clock.ts";
import { companions, entry, parents, presence, queues } from "./parents.ts";
import { type Answer, type Check, type Company, subjectOf } from "./subject.ts";

/** In the order in which a person would ask. */
const CHECKS: Record<string, Check> = {
  presence,
  entry,
  parents,
  calls,
  queues,
  companions,
  clock,
  attributes,
  cardinality,
};

export interface Row extends Answer {
  /** `traces of SERVICE: CHECK` */
  row: string;
}

export interface Examination {
  service: string;
  traces: number;
  spans: number;
  rows: Row[];
}

/** `names`: of all spans of the service that the store has. */
export const examine = (service: string, names: string[], company: Company): Examination => {
  const subject = subjectOf(service, names, company);
  const rows = Object.entries(CHECKS).map(([check, answer]) => ({
    row: `traces of ${service}: ${check}`,
    ...answer(subject),
  }));
  return { service, traces: subject.traces.length, spans: subject.own.length, rows };
};
