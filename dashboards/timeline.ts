/** What the alerts of both editions did and when, and where they did not do the same. Pure. */
import type { Rule } from "../operator/measurement/prometheus.ts";

export interface Look {
  /** Since the beginning, in seconds. */
  at: number;
  rules: Pick<Rule, "name" | "kind" | "labels" | "state">[];
}

interface Course {
  pending: number | undefined;
  firing: number | undefined;
  /** Undefined while it still fires. */
  over: number | undefined;
}

export type Editions = Record<"legacy" | "otel", Course>;

const courseOf = (looks: Look[], isThis: (rule: Look["rules"][number]) => boolean): Course => {
  const states = looks.map(({ at, rules }) => ({ at, state: rules.find(isThis)?.state }));
  const firing = states.find(({ state }) => state === "firing")?.at;
  const after = states.filter(({ at }) => firing !== undefined && at > firing);
  return {
    pending: states.find(({ state }) => state === "pending" || state === "firing")?.at,
    firing,
    over: after.find(({ state }) => state !== "firing")?.at,
  };
};

const titleOf = ({ name, labels }: Look["rules"][number]): string =>
  labels["slo"] === undefined ? name : `${name} (${labels["slo"]})`;

/** By alert. */
export const timeline = (looks: Look[]): Map<string, Editions> => {
  const alerts = looks.flatMap(({ rules }) => rules).filter(({ kind }) => kind === "alerting");
  const titles = new Set(alerts.map(titleOf));
  const of = (title: string, edition: string): Course =>
    courseOf(looks, (rule) => titleOf(rule) === title && rule.labels["edition"] === edition);
  return new Map(
    [...titles].map((title) => [title, { legacy: of(title, "legacy"), otel: of(title, "otel") }]),
  );
};

/** Alerts that stayed silent, in one edition or in both, and those of which only one has ended. */
export const complaints = (alerts: Map<string, Editions>): string[] =>
  [...alerts].flatMap(([title, { legacy, otel }]) => {
    const silent = [
      ...(legacy.firing === undefined ? ["legacy"] : []),
      ...(otel.firing === undefined ? ["otel"] : []),
    ];
    if (silent.length > 0) return [`${title} did not fire in ${silent.join(" and ")}`];
    const differ = (legacy.over === undefined) !== (otel.over === undefined);
    return differ ? [`${title} has ended in one edition only`] : [];
  });

const shown = (seconds: number | undefined): string =>
  seconds === undefined ? "-" : `${Math.round(seconds)} s`;

/** A table in Markdown, in the order in which they fired. */
export const table = (alerts: Map<string, Editions>): string => {
  const rows = [...alerts].toSorted(
    ([, one], [, other]) => (one.legacy.firing ?? Infinity) - (other.legacy.firing ?? Infinity),
  );
  const cells = ({ pending, firing, over }: Course) => [pending, firing, over].map(shown);
  return [
    "| Alert | legacy: pending | firing | over | otel: pending | firing | over |",
    "|---|---|---|---|---|---|---|",
    ...rows.map(
      ([title, { legacy, otel }]) => `| ${[title, ...cells(legacy), ...cells(otel)].join(" | ")} |`,
    ),
  ].join("\n");
};
