/**
 * What differs, less what is accepted. Things that only one side has are taken away before the comparison, so that what is left
 * can be compared like with like; a span that is taken away leaves its children to its parent. Pure.
 */
import type { OfficialAttributes } from "../testing/official.ts";
import type { Accepted } from "./accepted.ts";
import { compare, type Side } from "./compare.ts";
import type { Difference, Thing } from "./difference.ts";
import type { Node } from "./forest.ts";
import { merged, type Row } from "./rows.ts";

export interface Judged {
  /** What is not accepted. */
  left: Difference[];
  /** Rows of the table that were needed. */
  used: Set<Accepted>;
}

type Profile = "full" | "lean";

const matches = (pattern: RegExp | string | undefined, text: string): boolean =>
  pattern === undefined || (typeof pattern === "string" ? pattern === text : pattern.test(text));

const applies = (row: Accepted, thing: Thing): boolean =>
  row.subject === thing.subject &&
  (row.kind ?? thing.kind) === thing.kind &&
  (row.root ?? thing.root) === thing.root &&
  matches(row.name, thing.name) &&
  Object.entries(row.having ?? {}).every(([key, value]) => thing.attributes[key] === value);

class Table {
  readonly used = new Set<Accepted>();
  private readonly rows: readonly Accepted[];

  constructor(rows: readonly Accepted[], name: string) {
    this.rows = rows.filter(({ cases }) => matches(cases, name));
  }

  /** Whether `field` of a thing may be there on this side only, or differ when no side is given. */
  accepts(thing: Thing, field: string, only?: Profile): boolean {
    const row = this.rows.find(
      (each) => each.only === only && matches(each.field, field) && applies(each, thing),
    );
    if (row !== undefined) this.used.add(row);
    return row !== undefined;
  }
}

/** Takes away what only this side may have. */
class Stripper {
  private readonly table: Table;
  private readonly side: Profile;

  constructor(table: Table, side: Profile) {
    this.table = table;
    this.side = side;
  }

  node(node: Node, root: boolean): Node[] {
    const thing: Thing = { ...node, subject: "span", root };
    const whole = this.may(thing, "");
    const children = node.children.flatMap((child) => this.node(child, root && whole));
    if (whole) return children;
    return [
      {
        ...node,
        attributes: this.attributes(thing),
        message: this.text(thing, "message", node.message),
        events: node.events.filter(({ name }) => !this.may(thing, `event ${name}`)),
        children,
      },
    ];
  }

  row(row: Row): Row[] {
    const thing: Thing = { ...row, subject: "metric", kind: 0, root: false };
    if (this.may(thing, "")) return [];
    const description = this.text(thing, "description", row.description);
    return [{ ...row, attributes: this.attributes(thing), description }];
  }

  private may(thing: Thing, field: string): boolean {
    return this.table.accepts(thing, field, this.side);
  }

  private text(thing: Thing, field: string, value: string): string {
    return value !== "" && this.may(thing, field) ? "" : value;
  }

  private attributes(thing: Thing): OfficialAttributes {
    const all = Object.entries(thing.attributes);
    return Object.fromEntries(all.filter(([key]) => !this.may(thing, `attribute ${key}`)));
  }
}

const stripped = (side: Side, table: Table, profile: Profile): Side => {
  const stripper = new Stripper(table, profile);
  return {
    ...side,
    forest: side.forest.flatMap((node) => stripper.node(node, true)),
    rows: merged(side.rows.flatMap((row) => stripper.row(row))),
  };
};

const onBothSides = ({ full, lean }: Difference): boolean =>
  full !== undefined && lean !== undefined;

export const judge = (
  name: string,
  { full, lean }: Record<Profile, Side>,
  accepted: readonly Accepted[],
): Judged => {
  const table = new Table(accepted, name);
  const found = compare(stripped(full, table, "full"), stripped(lean, table, "lean"));
  const left = found.filter(
    (each) => !(onBothSides(each) && table.accepts(each.thing, each.field)),
  );
  return { left, used: table.used };
};
