/** What dashboards are made of: panels in rows, each asking its questions of one edition or of both. */
import type { Edition } from "./editions.ts";

/** The same question of the series of each edition that has any. */
export type Query = Partial<Record<Edition, string>>;

interface Line {
  query: Query;
  legend: string;
}

export interface Panel {
  title: string;
  unit: string;
  lines: Line[];
}

export interface Row {
  title: string;
  panels: Panel[];
}

export interface Board {
  /** Of its file, and the beginning of its uid. */
  name: string;
  title: string;
  rows: Row[];
}

export const one = (title: string, unit: string, line: Line): Panel => ({
  title,
  unit,
  lines: [line],
});

/** What of a board an edition can draw; rows without a panel are left out. */
export const rowsIn = ({ rows }: Board, edition: Edition): Row[] =>
  rows
    .map(({ title, panels }) => ({
      title,
      panels: panels
        .map((panel) => ({
          ...panel,
          lines: panel.lines.filter(({ query }) => query[edition] !== undefined),
        }))
        .filter(({ lines }) => lines.length > 0),
    }))
    .filter(({ panels }) => panels.length > 0);
