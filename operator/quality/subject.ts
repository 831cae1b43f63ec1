/** What the checks look at: one component in the traces of all, and what is known about spans. Pure. */
import type { Cardinality } from "@flashcard-otel/verdict/paritymap.ts";
import type { Span, Trace } from "../measurement/jaeger.ts";

/** Which attributes spans may have. */
export interface Contract {
  known: Readonly<Record<string, Cardinality>>;
  /** Nothing else may be there; otherwise it is only told. */
  isClosed: boolean;
  /** Components whose SDK has a list of its own. */
  exempt: string[];
}

/** All components that are traced, and what they are seen doing. */
export interface Company {
  services: string[];
  traces: Trace[];
  contract: Contract;
}

export interface Subject {
  service: string;
  /** Traces in which it takes part. */
  traces: Trace[];
  /** Its own spans. */
  own: Span[];
  /** Names of all its spans that the store has. */
  names: string[];
  company: Company;
}

export interface Answer {
  /** Exceeds: there is more than the contract names, which is told and is no trouble. */
  verdict: "Match" | "Exceeds" | "Differs" | "NoEvidence" | "NotApplicable";
  /** Half a sentence. */
  message: string;
}

export type Check = (subject: Subject) => Answer;

export const match = (message: string): Answer => ({ verdict: "Match", message });
export const differs = (message: string): Answer => ({ verdict: "Differs", message });
export const noEvidence = (message: string): Answer => ({ verdict: "NoEvidence", message });
export const notApplicable = (message: string): Answer => ({ verdict: "NotApplicable", message });

export const subjectOf = (service: string, names: string[], company: Company): Subject => {
  const isOwn = (span: Span): boolean => span.service === service;
  const traces = company.traces.filter(({ spans }) => spans.some(isOwn));
  const own = traces.flatMap(({ spans }) => spans.filter(isOwn));
  return { service, traces, own, names, company };
};

export const kindOf = ({ tags }: Span): string => tags["span.kind"] ?? "";

export const endOf = ({ startMicros, durationMicros }: Span): number =>
  startMicros + durationMicros;

/** A span with its parent in the same trace. */
export interface Kin {
  child: Span;
  parent: Span;
}

export const kinIn = ({ spans }: Trace): Kin[] => {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  return spans.flatMap((child) => {
    const parent = child.parentId === undefined ? undefined : byId.get(child.parentId);
    return parent ? [{ child, parent }] : [];
  });
};
