/** The parity map: which old series a new one replaces, and how closely both must agree. */

export interface ParityRow {
  /** Unique in its map. */
  row: string;
  /** For readers. */
  name?: string;
  /** PromQL selectors; of a histogram without `_bucket`, `_sum` and `_count`. */
  legacy: string;
  /** Empty where the row was dropped without a successor. */
  otel: string;
  /** How the new series reaches Prometheus. */
  path: "scrape" | "otlp";
  kind: "counter" | "histogram" | "gauge";
  /** new = old * unitFactor; 0.001 where the old one counts milliseconds. */
  unitFactor: number;
  /** Label of the old series -> label of the new one. Labels that are not named are summed over. */
  labels: Record<string, string>;
  /** Label of the old series -> its value -> that of the new one; values that are not named stay. */
  values?: Record<string, Record<string, string>>;
  tolerancePercent: number;
  /** Allowed besides, in units of the new series: for rare events at the edges of the window. */
  toleranceAbsolute?: number;
  /** How series with the same labels become one; `sum` when absent. */
  aggregation?: "sum" | "avg" | "max";
  /** Why this row has no successor. */
  dropped?: string;
  /** Of a counter: which spans are what it counts. */
  spans?: SpanMap;
}

/** Each of these spans is one of the operations that an old counter counts. Beside attributes there are `span.name` and `span.kind`. */
export interface SpanMap {
  /** Attribute -> the values that it has. */
  where: Record<string, string[]>;
  /** Label of the old series -> attribute. Labels that are not named are summed over. */
  labels: Record<string, string>;
  /** Label of the old series -> its value -> that of the attribute; values that are not named stay. */
  values?: Record<string, Record<string, string>>;
  /** Label of the old series that names the pod; `pod` when absent. */
  podLabel?: string;
}

/** How many values an attribute may have: a set that does not grow, or as many as there are requests. */
export type Cardinality = "few" | "many";

export interface ParityMap {
  rows: ParityRow[];
  /** What the applications put on spans by themselves; when present, nothing else may be there. */
  attributes?: Record<string, Cardinality>;
}

interface Rule {
  test: (value: unknown) => boolean;
  says: string;
  /** The same as JSON Schema, for editors and other programs. */
  schema: object;
  optional?: true;
}

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): boolean => isObject(value) && Object.values(value).every(isText);
const isMapOfTexts = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every(isTexts);
const isLists = (value: unknown): boolean =>
  isObject(value) &&
  Object.values(value).every(
    (list) => Array.isArray(list) && list.length > 0 && list.every(isText),
  );
const oneOf = (...words: string[]): Omit<Rule, "optional"> => ({
  test: (value) => words.includes(value as string),
  says: `not one of ${words.join(", ")}`,
  schema: { type: "string", enum: words },
});

const textSchema = { type: "string", minLength: 1 };
const textsSchema = { type: "object", additionalProperties: textSchema };

const text = { test: isText, says: "not a text", schema: textSchema };
const labels = {
  test: isTexts,
  says: "not a map from old to new label names",
  schema: textsSchema,
};
const values = {
  test: isMapOfTexts,
  says: "not a map from old labels to maps of values",
  schema: { type: "object", additionalProperties: textsSchema },
  optional: true,
} as const;
const positive = {
  test: (value: unknown) => isNumber(value) && value > 0,
  says: "not a positive number",
  schema: { type: "number", exclusiveMinimum: 0 },
};
const notNegative = {
  test: (value: unknown) => isNumber(value) && value >= 0,
  says: "not a number from 0 on",
  schema: { type: "number", minimum: 0 },
};

const spanRules: Record<keyof SpanMap, Rule> = {
  where: {
    test: isLists,
    says: "not a map from attributes to lists of values",
    schema: {
      type: "object",
      additionalProperties: { type: "array", items: textSchema, minItems: 1 },
    },
  },
  labels,
  values,
  podLabel: { ...text, optional: true },
};

/** `needed`: all fields that are not optional, unless said otherwise. */
const schemaOf = (
  fields: Record<string, Rule>,
  needed = Object.keys(fields).filter((field) => !fields[field]?.optional),
): object => {
  const properties = Object.fromEntries(
    Object.entries(fields).map(([field, { schema }]) => [field, schema]),
  );
  return { type: "object", properties, required: needed, additionalProperties: false };
};

const isSpans = (value: unknown): boolean =>
  isObject(value) &&
  Object.keys(value).every((field) => field in spanRules) &&
  Object.entries(spanRules).every(([field, rule]) => accepts(rule, value[field], false));

const CARDINALITIES: readonly unknown[] = ["few", "many"];

const isAttributes = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every((one) => CARDINALITIES.includes(one));

const rules: Record<keyof ParityRow, Rule> = {
  row: text,
  name: { ...text, optional: true },
  legacy: text,
  otel: text,
  path: oneOf("scrape", "otlp"),
  kind: oneOf("counter", "histogram", "gauge"),
  unitFactor: positive,
  labels,
  values,
  tolerancePercent: notNegative,
  toleranceAbsolute: { ...notNegative, optional: true },
  aggregation: { ...oneOf("sum", "avg", "max"), optional: true },
  dropped: { ...text, optional: true },
  spans: {
    test: isSpans,
    says: "not as spans are named: where (attribute to a list of values), labels, and perhaps values and podLabel",
    schema: schemaOf(spanRules),
    optional: true,
  },
};

const VERSION = 1;

/** JSON Schema of a map. It cannot say that no row may be there twice. */
export const parityMapSchema = (): object => {
  const needed = Object.entries(rules)
    .filter(([, { optional }]) => !optional)
    .map(([field]) => field);
  const dropped = [...needed.filter((field) => field !== "otel"), "dropped"];
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Parity map of flashcard-otel",
    type: "object",
    properties: {
      version: { const: VERSION },
      rows: { type: "array", items: { anyOf: [schemaOf(rules), schemaOf(rules, dropped)] } },
      attributes: { type: "object", additionalProperties: { enum: CARDINALITIES } },
    },
    required: ["version", "rows"],
  };
};

/** Shape: `{ version: 1, rows: [...] }`. Refused with one sentence that names the row and the field. */
export const parseParityMap = (value: unknown): ParityMap | { refused: string } => {
  if (!isObject(value) || !Array.isArray(value["rows"]))
    return { refused: "the parity map has no list of rows" };
  if (value["version"] !== VERSION)
    return {
      refused: `version ${String(value["version"])} of the parity map is not known, only 1 is`,
    };
  const { rows, attributes } = value as { rows: unknown[]; attributes?: ParityMap["attributes"] };
  if (attributes !== undefined && !isAttributes(attributes))
    return { refused: "attributes of the parity map is not a map from names to few or many" };
  const trouble =
    rows.map(troubleIn).find((sentence) => sentence !== undefined) ?? twice(rows as ParityRow[]);
  if (trouble) return { refused: trouble };
  return { rows: (rows as ParityRow[]).map(complete), ...(attributes ? { attributes } : {}) };
};

/** A row that was dropped may have no successor; an empty selector names no series. */
const complete = (row: ParityRow): ParityRow => ({ ...row, otel: row.otel ?? "" });

const troubleIn = (row: unknown, index: number): string | undefined => {
  if (!isObject(row)) return `row number ${index + 1} of the parity map is not an object`;
  const label = isText(row["row"]) ? `row ${String(row["row"])}` : `row number ${index + 1}`;
  const unknown = Object.keys(row).find((field) => !(field in rules));
  if (unknown) return `${label} of the parity map has an unknown field ${unknown}`;
  const dropped = isText(row["dropped"]);
  const wrong = Object.entries(rules).find(
    ([field, rule]) => !accepts(rule, row[field], dropped && field === "otel"),
  );
  return wrong
    ? `${label} of the parity map: ${wrong[0]} is ${said(row[wrong[0]])}${wrong[1].says}`
    : undefined;
};

const accepts = ({ test, optional }: Rule, value: unknown, excused: boolean): boolean =>
  value === undefined ? optional === true || excused : test(value);

const said = (value: unknown): string =>
  value === undefined ? "missing or " : `${JSON.stringify(value)}, `;

const twice = (rows: ParityRow[]): string | undefined => {
  const again = rows.find(({ row }, i) => rows.findIndex((other) => other.row === row) < i);
  return again && `row ${again.row} is twice in the parity map`;
};

/** The selector of one part of a histogram: `name_count{...}`. */
export const seriesOf = (selector: string, suffix: "_bucket" | "_sum" | "_count"): string =>
  selector.replace(/^[^{]*/, (name) => `${name.trim()}${suffix}`);
