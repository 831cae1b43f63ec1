/** Two recordings of one case, full and lean, as the list of what differs. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { OfficialAttributes } from "../testing/official.ts";
import type { Difference, Thing } from "./difference.ts";
import type { Node } from "./forest.ts";
import { pair } from "./pair.ts";
import type { Row } from "./rows.ts";

export interface Side {
  forest: Node[];
  rows: Row[];
  answer: unknown;
  stderr: string;
}

const NAME_WEIGHT = 100;
const CHILD_WEIGHT = 10;

const equalAttributes = (a: OfficialAttributes, b: OfficialAttributes): number =>
  Object.entries(a).filter(([key, value]) => isDeepStrictEqual(value, b[key])).length;

const likeNodes = (a: Node, b: Node): number => {
  if (a.kind !== b.kind) return -1;
  const name = a.name === b.name ? NAME_WEIGHT : 0;
  const names = new Set(b.children.map((child) => child.name));
  const children = a.children.filter((child) => names.has(child.name)).length;
  const status = a.status === b.status ? 1 : 0;
  return name + CHILD_WEIGHT * children + status + equalAttributes(a.attributes, b.attributes);
};

const differing = (thing: Thing, field: string, [full, lean]: [unknown, unknown]): Difference[] =>
  isDeepStrictEqual(full, lean) ? [] : [{ thing, field, full, lean }];

const attributes = (
  thing: Thing,
  full: OfficialAttributes,
  lean: OfficialAttributes,
): Difference[] =>
  [...new Set([...Object.keys(full), ...Object.keys(lean)])].flatMap((key) =>
    differing(thing, `attribute ${key}`, [full[key], lean[key]]),
  );

const namesOf = (things: readonly { name: string }[]): string[] => things.map(({ name }) => name);

const events = (thing: Thing, full: Node["events"], lean: Node["events"]): Difference[] => {
  const listed = differing(thing, "events", [namesOf(full), namesOf(lean)]);
  if (listed.length > 0) return listed;
  return full.flatMap((event, at) =>
    attributes(thing, event.attributes, lean[at]?.attributes ?? {}).map((each) => ({
      ...each,
      field: `event ${event.name} ${each.field}`,
    })),
  );
};

const spanThing = (node: Node, root: boolean): Thing => ({ ...node, subject: "span", root });

/** What of a span is compared as it is. */
const SPAN_FIELDS = [
  "name",
  "scope",
  "remote",
  "status",
  "message",
  "traceState",
  "links",
  "dropped",
] as const;

const nodes = (full: Node, lean: Node, root: boolean): Difference[] => {
  const thing = spanThing(full, root);
  return [
    ...SPAN_FIELDS.flatMap((name) => differing(thing, name, [full[name], lean[name]])),
    ...attributes(thing, full.attributes, lean.attributes),
    ...events(thing, full.events, lean.events),
    ...forests(full.children, lean.children, false),
  ];
};

const tree = (node: Node): string[] => [node.name, ...node.children.flatMap(tree)];

const forests = (full: readonly Node[], lean: readonly Node[], root: boolean): Difference[] => {
  const { both, onlyLeft, onlyRight } = pair(full, lean, likeNodes);
  const whole = (node: Node) => ({ thing: spanThing(node, root), field: "" });
  return [
    ...both.flatMap(([a, b]) => nodes(a, b, root)),
    ...onlyLeft.map((node) => ({ ...whole(node), full: tree(node), lean: undefined })),
    ...onlyRight.map((node) => ({ ...whole(node), full: undefined, lean: tree(node) })),
  ];
};

const likeRows = (a: Row, b: Row): number =>
  a.name === b.name && a.kind === b.kind ? equalAttributes(a.attributes, b.attributes) : -1;

const ROW_FIELDS = ["scope", "unit", "description", "bounds", "value"] as const;

const rows = (full: readonly Row[], lean: readonly Row[]): Difference[] => {
  const { both, onlyLeft, onlyRight } = pair(full, lean, likeRows);
  const about = (row: Row): Thing => ({ ...row, subject: "metric", kind: 0, root: false });
  const whole = (row: Row) => ({ thing: about(row), field: "" });
  return [
    ...both.flatMap(([a, b]) => [
      ...attributes(about(a), a.attributes, b.attributes),
      ...ROW_FIELDS.flatMap((name) => differing(about(a), name, [a[name], b[name]])),
    ]),
    ...onlyLeft.map((row) => ({ ...whole(row), full: row.attributes, lean: undefined })),
    ...onlyRight.map((row) => ({ ...whole(row), full: undefined, lean: row.attributes })),
  ];
};

const ofProcess = (subject: "answer" | "stderr"): Thing => ({
  subject,
  name: "",
  kind: 0,
  root: false,
  attributes: {},
});

export const compare = (full: Side, lean: Side): Difference[] => [
  ...differing(ofProcess("answer"), "", [full.answer, lean.answer]),
  ...differing(ofProcess("stderr"), "", [full.stderr, lean.stderr]),
  ...forests(full.forest, lean.forest, true),
  ...rows(full.rows, lean.rows),
];
