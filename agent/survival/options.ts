/** What the command line asks for. */
import { parseArgs } from "node:util";

export interface Options {
  /** Where the result goes for machines. */
  json: string | undefined;
  /** Only cases whose name contains it. */
  filter: string;
  /** One runtime only. */
  quick: boolean;
}

export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: "string" },
      case: { type: "string" },
      quick: { type: "boolean" },
    },
  });
  return { json: values.json, filter: values.case ?? "", quick: values.quick ?? false };
}
