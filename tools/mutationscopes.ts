/** Whose tests are measured by mutation: pure code in which a mistake would cost somebody else an outage. */

export interface Scope {
  mutate: string[];
  /** Only these run, since each mutant waits for them. */
  tests: string[];
  /** Percent. */
  target: number;
}

const migration = (...names: string[]): string[] =>
  names.map((name) => `operator/migration/${name}.ts`);
const core = (...names: string[]): string[] => names.map((name) => `agent/src/core/${name}.ts`);

/** The laws hold in any world and take seconds for each mutant: what decides is shown by examples too. */
const EXAMPLES = migration(
  ...[
    ["decide", "checks", "phases", "stages", "record", "alarm", "goal", "halt", "kinds"],
    ["firststep", "leaving", "outdated", "pairs", "renewal"],
  ]
    .flat()
    .map((name) => `${name}.test`),
);

export const scopes: Record<string, Scope> = {
  checks: {
    mutate: migration("checks", "leaving", "outdated"),
    tests: EXAMPLES,
    target: 90,
  },
  inject: {
    mutate: ["operator/injection/inject.ts"],
    tests: ["operator/injection/inject.test.ts"],
    target: 90,
  },
  decide: {
    mutate: migration("decide", "record", "component", "alarm", "goal", "halt"),
    tests: EXAMPLES,
    target: 90,
  },
  core: {
    mutate: core("bag", "hex", "ids", "protobuf", "ring", "traceparent", "tracestate", "stats"),
    tests: ["agent/src/**/*.test.ts"],
    target: 80,
  },
};
