/** One file of unit tests for promtool, and what is common to all of them. */
import { stringify } from "yaml";
import type { Rule } from "../../operator/objectives/burn.ts";
import { alertGroups } from "../alerts.ts";
import type { Edition } from "../editions.ts";

/** Labels that an alert has from its series. */
const fromSeries: Record<string, Record<string, string>> = {
  FlashcardBreakerOpen: { name: "model" },
};

export const firing = ({ alert = "", labels, annotations }: Rule) => ({
  exp_labels: { ...labels, ...fromSeries[alert] },
  exp_annotations: annotations,
});

export const fileOf = (edition: Edition | "bridge", evaluation: string, tests: object[]): string =>
  `# Made by dashboards/generate.ts: promtool test rules FILE\n${stringify(
    {
      rule_files: [`../../charts/flashcards/files/rules/${edition}.yaml`],
      evaluation_interval: evaluation,
      tests,
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  )}`;

export const alertsOf = (edition: Edition): Rule[] =>
  alertGroups(edition)
    .flatMap(({ rules }) => rules)
    .filter(({ alert }) => alert !== undefined);
