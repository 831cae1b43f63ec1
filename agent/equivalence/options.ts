/** What the command line asks for. */
import { parseArgs } from "node:util";
import { MODULES, type Modules } from "./cases.ts";

export interface Options {
  json: string | undefined;
  /** Part of the names of the cases to run; all without it. */
  scenario: string | undefined;
  modules: readonly Modules[];
}

export const USAGE =
  "usage: npm run equivalence -w agent [-- [--quick] [--scenario NAME] [--json FILE]]";

/** `--quick` leaves the CommonJS forms out. Throws a sentence that says what is wrong. */
export const optionsFrom = (args: string[]): Options => {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: "string" },
      scenario: { type: "string" },
      quick: { type: "boolean", default: false },
    },
  });
  const { json, scenario, quick } = values;
  return { json, scenario, modules: quick ? ["esm"] : MODULES };
};
