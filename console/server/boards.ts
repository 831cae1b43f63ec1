/** The migration's own dashboards, old and new: read from their ConfigMaps, asked of the Prometheus they belong to. */
import { legacyUrl, metricsUrl } from "../../operator/backends/endpoints.ts";
import type { Cluster } from "../../operator/cluster/cluster.ts";
import type { Fetch } from "../../operator/measurement/ask.ts";
import { prometheus } from "../../operator/measurement/prometheus.ts";
import { filledIn } from "../../operator/switching/promql.ts";
import type { Board, Line, Panel } from "../facts.ts";
import type { Subject } from "./subject.ts";

export type Side = "legacy" | "otel";

export interface Doors {
  cluster: Pick<Cluster, "read">;
  fetch: Fetch;
  now: () => Date;
}

interface Target {
  expr?: string;
  legendFormat?: string;
}

interface RawPanel {
  type?: string;
  title?: string;
  fieldConfig?: { defaults?: { unit?: string } };
  gridPos?: { w?: number };
  targets?: Target[];
  panels?: RawPanel[];
}

interface Asked {
  board: Board;
  /** Of each panel, in the order of the panels. */
  targets: Target[][];
}

const GRID = 24;
const POINTS = 120;

const panelOf = ({ title = "untitled", fieldConfig, gridPos }: RawPanel, row: string): Panel => ({
  title,
  unit: fieldConfig?.defaults?.unit ?? "",
  row,
  width: (gridPos?.w ?? GRID) / GRID,
});

const boardOf = (text: string): Asked => {
  const { title = "untitled", panels: raw = [] } = JSON.parse(text) as RawPanel;
  const asked: Asked = { board: { title, panels: [] }, targets: [] };
  let row = "";
  for (const panel of raw.flatMap((one) => [one, ...(one.panels ?? [])])) {
    if (panel.type === "row") row = panel.title ?? "";
    const asks = (panel.targets ?? []).filter(({ expr }) => expr);
    if (asks.length === 0) continue;
    asked.board.panels.push(panelOf(panel, row));
    asked.targets.push(asks);
  }
  return asked;
};

const read = async (subject: Subject, side: Side, { cluster }: Doors): Promise<Asked[]> => {
  const name = subject.spec.dashboards?.[side].configMap;
  if (!name) return [];
  const { namespace } = subject.metadata;
  const found = await cluster.read({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
  return Object.values(found?.data ?? {}).map(boardOf);
};

export const boards = async (
  { subject, side }: { subject: Subject; side: Side },
  doors: Doors,
): Promise<Board[]> => (await read(subject, side, doors)).map(({ board }) => board);

export interface Wish {
  subject: Subject;
  side: Side;
  board: number;
  panel: number;
  minutes: number;
}

type Labels = Record<string, string>;

/** Names of the labels by which the series of one panel differ; of a single series all. */
const tellingIn = (all: Labels[]): string[] =>
  [...new Set(all.flatMap((labels) => Object.keys(labels)))].filter(
    (name) =>
      name !== "__name__" &&
      (all.length === 1 || all.some((labels) => labels[name] !== all[0]?.[name])),
  );

/** As the dashboard wants it; else what tells the series from the others. */
const labelOf = (
  labels: Labels,
  { legendFormat = "" }: Target,
  telling: readonly string[],
): string => {
  const named = legendFormat.replaceAll(
    /\{\{\s*(\w+)\s*\}\}/g,
    (_, name: string) => labels[name] ?? "",
  );
  const [only] = telling;
  if (telling.length === 1 && only) return named || (labels[only] ?? `no ${only}`);
  const spelled = telling.flatMap((name) => (labels[name] ? [`${name}=${labels[name]}`] : []));
  return named || spelled.join(", ") || "value";
};

export const panelLines = async (wish: Wish, doors: Doors): Promise<Line[]> => {
  const asked = (await read(wish.subject, wish.side, doors))[wish.board]?.targets[wish.panel] ?? [];
  const url = wish.side === "otel" ? metricsUrl(wish.subject) : legacyUrl(wish.subject);
  if (!url) throw new Error("spec.legacy names no Prometheus");
  const to = Math.floor(doors.now().getTime() / 1000);
  const seconds = wish.minutes * 60;
  const grid = { from: to - seconds, to, step: Math.max(5, Math.round(seconds / POINTS)) };
  const source = prometheus(url, doors.fetch);
  const answers = await Promise.all(
    asked.map(async (target) => {
      const series = await source.range(filledIn(target.expr ?? ""), grid);
      const telling = tellingIn(series.map(({ labels }) => labels));
      return series.map(({ labels, points }) => ({
        label: labelOf(labels, target, telling),
        points: points
          .filter(({ value }) => Number.isFinite(value))
          .map(({ at, value }): [number, number] => [at * 1000, value]),
      }));
    }),
  );
  return answers.flat();
};
