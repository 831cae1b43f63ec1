/** A dashboard with one row for each objective: how fast its budget burns, and what is left of it. Pure. */
import { boardOf, type Row } from "../board/board.ts";
import type { ObjectiveSpec } from "../migration/schema.ts";
import type { Migration } from "../migration/types.ts";
import { budgetOf, ratioName, selector } from "./burn.ts";
import { sliOf } from "./indicators.ts";

const row = (migration: Migration, objective: ObjectiveSpec): Row => {
  const { name, targetPercent, windowDays } = objective;
  const recorded = (window: string): string =>
    `${ratioName(window)}${selector(sliOf(migration, objective).labels)}`;
  return {
    title: `${name}: ${targetPercent} %`,
    panels: [
      {
        title: `${name}: burn rate over an hour`,
        unit: "short",
        expr: `${recorded("1h")} / ${budgetOf(objective)}`,
      },
      {
        title: `${name}: budget left of ${windowDays} days`,
        unit: "percentunit",
        expr: `1 - ${recorded(`${windowDays}d`)} / ${budgetOf(objective)}`,
      },
    ],
  };
};

export const objectivesBoard = (migration: Migration): string => {
  const { name, namespace } = migration.metadata;
  return boardOf({
    uid: `${namespace}-${name}-objectives`.slice(0, 40),
    title: `Objectives of ${namespace}/${name}`,
    tags: ["objectives"],
    rows: migration.spec.objectives.map((objective) => row(migration, objective)),
  });
};
