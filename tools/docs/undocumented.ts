/** What people meet and no page tells them about: fields, values of the chart, scripts, commands, alerts, kinds of reasons. Pure. */
import type { Checked } from "./links.ts";

/** One kind of things, and the page that must name each of them. */
export interface Duty {
  page: string;
  /** As the page must write it. */
  names: string[];
}

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** `spec.components[].trial.items` */
export const fieldsOf = ({ properties, items }: Schema, path: string): string[] => [
  ...(path.includes(".") && !path.endsWith("[]") ? [path] : []),
  ...(items ? fieldsOf(items, `${path}[]`) : []),
  ...Object.entries(properties ?? {}).flatMap(([name, field]) =>
    fieldsOf(field, `${path}.${name}`),
  ),
];

/** As a person types it. */
export const scriptName = (workspace: string, script: string): string => {
  if (script === "test") return "npm test";
  return workspace ? `npm run ${script} -w ${workspace}` : `npm run ${script}`;
};

/** `npm run test` is not named by `npm run test:full`. */
const isNamed = (name: string, text: string): boolean =>
  text
    .split(name)
    .slice(1)
    .some((rest) => !/^[\w:-]/.test(rest));

export const checkDuties = (duties: Duty[], textOf: (page: string) => string): Checked => {
  const problems = duties.flatMap(({ page, names }) => {
    const text = textOf(page);
    return names
      .filter((name) => !isNamed(name, text))
      .map((name) => ({ file: page, line: 1, text: name, why: "is not documented" }));
  });
  return { count: duties.reduce((total, { names }) => total + names.length, 0), problems };
};
