/** JSON Schema as zod prints it -> the structural schema that a CustomResourceDefinition accepts. Pure. */

export interface Structural {
  type?: string;
  description?: string;
  properties?: Record<string, Structural>;
  additionalProperties?: Structural | boolean;
  items?: Structural;
  required?: string[];
  enum?: unknown[];
  default?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  maxProperties?: number;
  nullable?: boolean;
  "x-kubernetes-validations"?: { rule: string; message: string; fieldPath?: string }[];
  "x-kubernetes-list-type"?: "map" | "set" | "atomic";
  "x-kubernetes-list-map-keys"?: string[];
}

type Schema = Record<string, unknown>;

/** Taken over as they are. What is neither here nor handled below has no meaning to the API server and stops the build. */
const KEPT = [
  "type",
  "description",
  "enum",
  "default",
  "pattern",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "required",
  "nullable",
] as const;

const HANDLED = ["properties", "additionalProperties", "items", "minimum", "maximum"];
/** Of no use to the API server: it knows that keys are strings. */
const DROPPED = ["$schema", "propertyNames"];

export const toStructural = (schema: Schema, path = "spec"): Structural => {
  const known: readonly string[] = [...KEPT, ...HANDLED, ...DROPPED];
  const strange = Object.keys(schema).find((field) => !known.includes(field));
  if (strange) throw new Error(`making the schema of ${path}: ${strange} is not structural`);
  if (typeof schema["type"] !== "string") throw new Error(`making the schema of ${path}: no type`);
  const kept = KEPT.filter((field) => schema[field] !== undefined);
  return {
    ...Object.fromEntries(kept.map((field) => [field, schema[field]])),
    ...limits(schema),
    ...children(schema, path),
  };
};

/** Safe integers are a limit of JavaScript, not of the field. */
const limits = ({ type, minimum, maximum }: Schema): Structural => ({
  ...(type === "integer" ? { format: "int64" } : {}),
  ...(isLimit(minimum) ? { minimum } : {}),
  ...(isLimit(maximum) ? { maximum } : {}),
});

const isLimit = (value: unknown): value is number =>
  typeof value === "number" && Math.abs(value) < Number.MAX_SAFE_INTEGER;

const children = (schema: Schema, path: string): Structural => {
  const { items, properties, additionalProperties } = schema;
  return {
    ...(isSchema(items) ? { items: toStructural(items, `${path}[]`) } : {}),
    ...(isSchema(properties) ? { properties: each(properties, path) } : {}),
    // `false` is what the API server does anyway, and may not stand beside properties.
    ...(isSchema(additionalProperties)
      ? { additionalProperties: toStructural(additionalProperties, `${path}{}`) }
      : {}),
  };
};

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null;

const each = (properties: Schema, path: string): Record<string, Structural> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      toStructural(property as Schema, `${path}.${name}`),
    ]),
  );

/** The schema with something added at a path of property names, `[]` for the items of a list. */
export const extend = (schema: Structural, path: string[], extra: Structural): Structural => {
  const [step, ...rest] = path;
  if (step === undefined) return { ...schema, ...extra };
  if (step === "[]")
    return { ...schema, items: extend(schema.items ?? missing(step), rest, extra) };
  const child = schema.properties?.[step] ?? missing(step);
  return { ...schema, properties: { ...schema.properties, [step]: extend(child, rest, extra) } };
};

const missing = (step: string): never => {
  throw new Error(`adding to the schema: there is no ${step}`);
};
