/** One thing in which the two profiles differ, small enough to be judged on its own. */
import type { OfficialAttributes } from "../testing/official.ts";

/** What it is about. */
export interface Thing {
  subject: "span" | "metric" | "answer" | "stderr";
  /** Of the span or the metric. */
  name: string;
  /** OTLP's kind of the span; 0 for what is no span. */
  kind: number;
  /** A span without a parent in this process. */
  root: boolean;
  attributes: OfficialAttributes;
}

export interface Difference {
  thing: Thing;
  /** What of it; empty for the whole of it. */
  field: string;
  /** Undefined where it is not there. */
  full: unknown;
  lean: unknown;
}

const LONGEST = 160;
const shown = (value: unknown): string =>
  value === undefined ? "(absent)" : JSON.stringify(value).slice(0, LONGEST);

const KINDS = ["", "internal", "server", "client", "producer", "consumer"];

export const sentence = ({ thing, field, full, lean }: Difference): string => {
  const { subject, name, kind } = thing;
  const words = [subject, KINDS[kind], name === "" ? "" : JSON.stringify(name), field];
  return `${words.filter(Boolean).join(" ")}: full ${shown(full)}, lean ${shown(lean)}`;
};
