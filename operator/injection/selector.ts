/** Kubernetes label selectors. Pure. */

export interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

type Expression = NonNullable<Selector["matchExpressions"]>[number];
type Labels = Record<string, string>;

const operators: Record<string, (expression: Expression, labels: Labels) => boolean> = {
  In: ({ key, values }, labels) => values?.includes(labels[key] ?? "") === true && key in labels,
  NotIn: ({ key, values }, labels) => !(key in labels && values?.includes(labels[key] ?? "")),
  Exists: ({ key }, labels) => key in labels,
  DoesNotExist: ({ key }, labels) => !(key in labels),
};

/** An absent selector selects nothing, an empty one everything. */
export const selects = (selector: Selector | undefined, labels: Labels): boolean =>
  selector !== undefined &&
  Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
  (selector.matchExpressions ?? []).every(
    (expression) => operators[expression.operator]?.(expression, labels) ?? false,
  );
