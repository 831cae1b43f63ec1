/** Builders for tests: healthy defaults, so that a case says only what is special about it. */
import type { OfficialSpan } from "../testing/official.ts";
import type { Side } from "./compare.ts";
import type { Node } from "./forest.ts";
import type { Row } from "./rows.ts";

export const spanOf = (name: string, rest: Partial<OfficialSpan> = {}): OfficialSpan => ({
  scope: { name: "app", version: "" },
  traceId: "t",
  spanId: "s",
  parentSpanId: "",
  traceState: "",
  flags: 1,
  name,
  kind: 1,
  start: 0n,
  end: 1n,
  attributes: {},
  events: [],
  links: [],
  status: { code: 0, message: "" },
  dropped: { attributes: 0, events: 0, links: 0 },
  ...rest,
});

export const nodeOf = (name: string, rest: Partial<Node> = {}): Node => ({
  name,
  kind: 3,
  scope: "(agent)",
  remote: false,
  status: 0,
  message: "",
  traceState: "",
  attributes: {},
  events: [],
  links: [],
  dropped: { attributes: 0, events: 0, links: 0 },
  children: [],
  ...rest,
});

export const rowOf = (name: string, rest: Partial<Row> = {}): Row => ({
  name,
  kind: "histogram cumulative",
  scope: "(agent)",
  unit: "s",
  description: "",
  attributes: {},
  bounds: [],
  value: { count: 1 },
  ...rest,
});

export const sideOf = (rest: Partial<Side> = {}): Side => ({
  forest: [],
  rows: [],
  answer: null,
  stderr: "",
  ...rest,
});
