/** What is made of the objectives: a rule file, which the managed Prometheus mounts, and a dashboard. Pure. */
import { stringify } from "yaml";
import { objectivesName } from "../backends/prometheus.ts";
import type { Manifest } from "../cluster/cluster.ts";
import { owned } from "../migration/labels.ts";
import type { Migration } from "../migration/types.ts";
import { SHOWN } from "../switching/boards.ts";
import { objectivesBoard } from "./board.ts";
import { burnAlerts, ratioRules } from "./burn.ts";
import { sliOf } from "./indicators.ts";

const ruleFile = (migration: Migration): string => {
  const groups = migration.spec.objectives.map((objective) => {
    const sli = sliOf(migration, objective);
    const rules = [...ratioRules(objective, sli), ...burnAlerts(objective, sli)];
    return { name: `objective-${objective.name}`, rules };
  });
  return stringify({ groups }, { lineWidth: 0, aliasDuplicateObjects: false });
};

const configMap = (
  migration: Migration,
  suffix: string,
  { data, labels = {} }: { data: Record<string, string>; labels?: Record<string, string> },
): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: {
    name: objectivesName(migration) + suffix,
    namespace: migration.metadata.namespace,
    ...owned(migration, { component: "objectives", extra: labels }),
  },
  data,
});

/** Named so that no file of a user's has the same name. */
const FILE = "flashcard-otel-objectives";

export const objectiveManifests = (migration: Migration): Manifest[] =>
  migration.spec.objectives.length === 0
    ? []
    : [
        configMap(migration, "", { data: { [`${FILE}.yaml`]: ruleFile(migration) } }),
        configMap(migration, "-dashboard", {
          data: { [`${FILE}.json`]: objectivesBoard(migration) },
          labels: { [SHOWN]: "1" },
        }),
      ];
