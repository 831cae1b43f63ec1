/** A dashboard with one row for each objective: how fast its budget burns, and what is left of it. Pure. */
import type { ObjectiveSpec } from "../migration/schema.ts";
import type { Migration } from "../migration/types.ts";
import { budgetOf, ratioName, selector } from "./burn.ts";
import { sliOf } from "./indicators.ts";

const datasource = { type: "prometheus", uid: "${datasource}" };

interface Place {
  x: number;
  y: number;
}

interface Question {
  title: string;
  unit: string;
  expr: string;
}

const panel = ({ title, unit, expr }: Question, { x, y }: Place) => ({
  type: "timeseries",
  title,
  datasource,
  gridPos: { x, y, w: 12, h: 8 },
  fieldConfig: { defaults: { unit }, overrides: [] },
  targets: [{ refId: "A", expr, legendFormat: title, datasource }],
});

const row = (migration: Migration, objective: ObjectiveSpec, nth: number) => {
  const { name, targetPercent, windowDays } = objective;
  const recorded = (window: string): string =>
    `${ratioName(window)}${selector(sliOf(migration, objective).labels)}`;
  const y = nth * 9;
  const burn = {
    title: `${name}: burn rate over an hour`,
    unit: "short",
    expr: `${recorded("1h")} / ${budgetOf(objective)}`,
  };
  const left = {
    title: `${name}: budget left of ${windowDays} days`,
    unit: "percentunit",
    expr: `1 - ${recorded(`${windowDays}d`)} / ${budgetOf(objective)}`,
  };
  return [
    {
      type: "row",
      title: `${name}: ${targetPercent} %`,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: 24, h: 1 },
    },
    panel(burn, { x: 0, y: y + 1 }),
    panel(left, { x: 12, y: y + 1 }),
  ];
};

export const objectivesBoard = (migration: Migration): string => {
  const { name, namespace } = migration.metadata;
  const panels = migration.spec.objectives.flatMap((objective, nth) =>
    row(migration, objective, nth),
  );
  const board = {
    uid: `${namespace}-${name}-objectives`.slice(0, 40),
    title: `Objectives of ${namespace}/${name}`,
    tags: ["flashcard-otel", "objectives"],
    schemaVersion: 39,
    time: { from: "now-6h", to: "now" },
    templating: {
      list: [{ name: "datasource", type: "datasource", query: "prometheus", label: "Prometheus" }],
    },
    panels: panels.map((one, nth) => ({ id: nth + 1, ...one })),
  };
  return JSON.stringify(board, undefined, 2);
};
