/** Grafana's dashboards as far as ours need them: rows of panels that are asked of a Prometheus that the reader chooses. Pure. */

const datasource = { type: "prometheus", uid: "${datasource}" };

export interface Question {
  title: string;
  /** As Grafana names it. */
  unit: string;
  expr: string;
  legend?: string;
}

export interface Row {
  title: string;
  panels: Question[];
}

export interface Board {
  /** At most 40 characters. */
  uid: string;
  title: string;
  tags: string[];
  rows: Row[];
}

const WIDTH = 24;
const HEIGHT = 8;

const panel = (
  { title, unit, expr, legend = title }: Question,
  gridPos: { x: number; y: number; w: number },
) => ({
  type: "timeseries",
  title,
  datasource,
  gridPos: { ...gridPos, h: HEIGHT },
  fieldConfig: { defaults: { unit }, overrides: [] },
  targets: [{ refId: "A", expr, legendFormat: legend, datasource }],
});

/** A row is as high as its title and one line of panels. */
const row = ({ title, panels }: Row, nth: number) => {
  const y = nth * (HEIGHT + 1);
  const w = Math.floor(WIDTH / panels.length);
  return [
    {
      type: "row",
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: WIDTH, h: 1 },
    },
    ...panels.map((question, column) => panel(question, { x: column * w, y: y + 1, w })),
  ];
};

/** As JSON. */
export const boardOf = ({ uid, title, tags, rows }: Board): string =>
  JSON.stringify(
    {
      uid,
      title,
      tags: ["flashcard-otel", ...tags],
      schemaVersion: 39,
      time: { from: "now-6h", to: "now" },
      templating: {
        list: [
          { name: "datasource", type: "datasource", query: "prometheus", label: "Prometheus" },
        ],
      },
      panels: rows.flatMap(row).map((one, nth) => ({ id: nth + 1, ...one })),
    },
    undefined,
    2,
  );
