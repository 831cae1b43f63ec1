/**
 * Rules of a service level objective: how large the share of bad events is over eight windows, and two alerts on how fast that
 * eats the error budget. Windows and factors are those of the Site Reliability Workbook, chapter 5: the long window says that it
 * matters, the short one that it still goes on. Pure.
 */

export interface Sli {
  /** Share of bad events over a window such as `5m`, as PromQL without labels. */
  errorRatio: (window: string) => string;
  /** Tell the recorded series of one objective from those of others. */
  labels: Record<string, string>;
}

export interface Objective {
  name: string;
  /** Percentage of good events that was promised. */
  targetPercent: number;
  /** Over how many days. */
  windowDays: number;
}

export interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

interface Burn {
  /** Times the speed that would use up the budget exactly at the end of the window. */
  factor: number;
  long: string;
  short: string;
}

const FAST: Burn[] = [
  { factor: 14.4, long: "1h", short: "5m" },
  { factor: 6, long: "6h", short: "30m" },
];
const SLOW: Burn[] = [
  { factor: 3, long: "1d", short: "2h" },
  { factor: 1, long: "3d", short: "6h" },
];

const WINDOWS = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];

export const ratioName = (window: string): string => `slo:sli_error:ratio_rate${window}`;

/** `{a="1",b="2"}` */
export const selector = (labels: Record<string, string>): string =>
  `{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(",")}}`;

/** The share of bad events that was allowed, without the dust of floating point. */
export const budgetOf = ({ targetPercent }: Pick<Objective, "targetPercent">): number =>
  Number((1 - targetPercent / 100).toPrecision(10));

const record = (window: string, expr: string, { labels }: Sli): Rule => ({
  record: ratioName(window),
  expr,
  labels,
});

/** Recorded ratios, with the whole window of the objective at the end. */
export const ratioRules = (objective: Objective, sli: Sli): Rule[] =>
  [...WINDOWS, `${objective.windowDays}d`].map((window) =>
    record(window, sli.errorRatio(window), sli),
  );

const burning = (
  burns: Burn[],
  objective: Pick<Objective, "targetPercent">,
  ratio: (window: string) => string,
): string => {
  const over = (window: string, factor: number): string =>
    `${ratio(window)} > ${factor} * ${budgetOf(objective)}`;
  return burns
    .map(({ factor, long, short }) => `(${over(long, factor)} and ${over(short, factor)})`)
    .join(" or ");
};

/** The fast alert asked of the events themselves, for whoever cannot wait for a rule to be loaded. */
export const burnsFast = (objective: Pick<Objective, "targetPercent">, sli: Sli): string =>
  burning(FAST, objective, (window) => `(${sli.errorRatio(window)})`);

/** Where every alert has a heading of its own. */
export const RUNBOOK = "docs/runbooks.md";

const BURNS_FAST = "ObjectiveBurnsFast";
const BURNS_SLOWLY = "ObjectiveBurnsSlowly";

const alerts: { alert: string; burns: Burn[]; severity: string; says: string }[] = [
  {
    alert: BURNS_FAST,
    burns: FAST,
    severity: "critical",
    says: "is used up within days: at least 2 % of it went within an hour, or 5 % within six",
  },
  {
    alert: BURNS_SLOWLY,
    burns: SLOW,
    severity: "warning",
    says: "will not last: at least 10 % of it went within one to three days",
  },
];

export const burnAlerts = (objective: Objective, sli: Sli): Rule[] =>
  alerts.map(({ alert, burns, severity, says }) => ({
    alert,
    expr: burning(burns, objective, (window) => ratioName(window) + selector(sli.labels)),
    labels: { severity, ...sli.labels },
    annotations: {
      summary: `The error budget of ${objective.name} (${objective.targetPercent} % over ${objective.windowDays} days) ${says}`,
      runbook_url: `${RUNBOOK}#${alert.toLowerCase()}`,
    },
  }));
