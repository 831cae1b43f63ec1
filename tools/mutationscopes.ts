/** Whose tests are measured by mutation: pure code in which a mistake would cost somebody else an outage. */

export interface Part {
  mutate: string[];
  /** Only these run, since each mutant waits for them. */
  tests: string[];
}

export interface Scope {
  parts: Part[];
  /** Percent. */
  target: number;
}

const migration = (...names: string[]): string[] =>
  names.map((name) => `operator/migration/${name}.ts`);
const core = (name: string): string => `agent/src/core/${name}.ts`;

/**
 * By the tests beside it alone. A mutant in what other modules call while they are loaded waits for every test there is, not only
 * for those that come to it.
 */
const alone = (name: string): Part => ({ mutate: [core(name)], tests: [core(`${name}.test`)] });

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
    parts: [{ mutate: migration("checks", "leaving", "outdated"), tests: EXAMPLES }],
    target: 90,
  },
  inject: {
    parts: [
      { mutate: ["operator/injection/inject.ts"], tests: ["operator/injection/inject.test.ts"] },
    ],
    target: 90,
  },
  decide: {
    parts: [
      {
        mutate: migration("decide", "record", "component", "alarm", "goal", "halt"),
        tests: EXAMPLES,
      },
    ],
    target: 90,
  },
  core: {
    parts: [
      ...["bag", "hex", "ids", "protobuf", "ring", "traceparent", "tracestate"].map(alone),
      { mutate: [core("stats")], tests: [core("ring.test")] },
    ],
    target: 80,
  },
};
