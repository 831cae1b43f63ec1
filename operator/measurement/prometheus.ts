/** The door to a Prometheus, old or new: expressions, raw samples, rules. */
import { ask, type Fetch, MeasurementError } from "./ask.ts";

type Labels = Record<string, string>;

export interface Sample {
  labels: Labels;
  value: number;
}

/** Points of one series in order of time; times in seconds. */
export interface Series {
  labels: Labels;
  points: { at: number; value: number }[];
}

export interface Rule {
  name: string;
  kind: "alerting" | "recording";
  query: string;
  labels: Labels;
  forSeconds: number;
  health: string;
  error: string | undefined;
  /** Undefined while it has never been evaluated. */
  evaluatedAt: string | undefined;
  state: "inactive" | "pending" | "firing" | undefined;
}

export interface Prometheus {
  /** Instant value; times are in seconds. */
  query(expression: string, at?: number): Promise<Sample[]>;
  /** The raw samples in (from, to], as they were ingested. */
  raw(selector: string, window: { from: number; to: number }): Promise<Series[]>;
  range(expression: string, grid: { from: number; to: number; step: number }): Promise<Series[]>;
  rules(): Promise<Rule[]>;
}

export const prometheus = (url: string, fetch: Fetch): Prometheus => {
  const get = async (path: string, form?: Record<string, string>): Promise<unknown> => {
    const question = {
      who: "Prometheus",
      url: `${url}/api/v1/${path}`,
      ...(form ? { form } : {}),
      // A refused expression comes as 400 or 422 with the reason in the body.
      accept: (status: number) => status === 400 || status === 422,
    };
    return dataOf(await ask(question, fetch), form?.["query"] ?? path);
  };
  return {
    query: async (query, at) =>
      samplesOf(await get("query", { query, ...(at === undefined ? {} : { time: String(at) }) })),
    raw: async (selector, { from, to }) => {
      const seconds = Math.max(1, Math.round(to - from));
      return matrixOf(await get("query", { query: `${selector}[${seconds}s]`, time: String(to) }));
    },
    range: async (query, { from, to, step }) =>
      matrixOf(
        await get("query_range", {
          query,
          start: String(from),
          end: String(to),
          step: String(step),
        }),
      ),
    rules: async () => rulesOf(await get("rules")),
  };
};

const dataOf = (answer: unknown, what: string): unknown => {
  const { status, data, error } = (answer ?? {}) as {
    status?: string;
    data?: unknown;
    error?: string;
  };
  if (status === "success") return data;
  throw new MeasurementError(`Prometheus refuses ${what}: ${error ?? "no reason given"}`);
};

type Point = [at: number, value: string];

interface Result {
  resultType?: string;
  result?: unknown;
}

const NUMBERS: Record<string, number> = { "+Inf": Infinity, "-Inf": -Infinity, NaN: Number.NaN };
const numberOf = (text: string): number => NUMBERS[text] ?? Number(text);

const samplesOf = (data: unknown): Sample[] => {
  const { resultType, result } = data as Result;
  if (resultType === "scalar") return [{ labels: {}, value: numberOf((result as Point)[1]) }];
  // Native histograms have no single value and are left out.
  return (result as { metric: Labels; value?: Point }[]).flatMap(({ metric, value }) =>
    value ? [{ labels: metric, value: numberOf(value[1]) }] : [],
  );
};

const matrixOf = (data: unknown): Series[] =>
  ((data as Result).result as { metric: Labels; values?: Point[] }[]).map(
    ({ metric, values = [] }) => ({
      labels: metric,
      points: values.map(([at, value]) => ({ at, value: numberOf(value) })),
    }),
  );

interface RawRule {
  name: string;
  type: Rule["kind"];
  query: string;
  labels?: Labels;
  duration?: number;
  health?: string;
  lastError?: string;
  lastEvaluation?: string;
  state?: NonNullable<Rule["state"]>;
}

/** Go's zero time: never. */
const NEVER = "0001-01-01";

const rulesOf = (data: unknown): Rule[] =>
  (data as { groups: { rules: RawRule[] }[] }).groups.flatMap(({ rules }) =>
    rules.map((rule) => ({
      name: rule.name,
      kind: rule.type,
      query: rule.query,
      labels: rule.labels ?? {},
      forSeconds: rule.duration ?? 0,
      health: rule.health ?? "unknown",
      error: rule.lastError || undefined,
      evaluatedAt: rule.lastEvaluation?.startsWith(NEVER) ? undefined : rule.lastEvaluation,
      state: rule.state,
    })),
  );
