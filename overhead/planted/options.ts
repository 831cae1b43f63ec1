/** What `npm run trial:planted` is told. Throws a sentence for what cannot be understood. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { nameOf, type PlantedTrial, plantedTrials } from "./trials.ts";

export const USAGE = `usage: npm run trial:planted -- [--runs N] [--only NAME]... [--times N] [--json FILE]
         [--record FILE | --provider direct|context [--context NAME] [--pairs N] [--keep]]`;

export interface Options {
  trials: PlantedTrial[];
  json: string | undefined;
  record: string | undefined;
  /** A cluster; local processes when absent. */
  cluster:
    | { provider: string; context: string | undefined; pairs: number; keep: boolean }
    | undefined;
}

const flags = {
  runs: { type: "string", default: "5" },
  only: { type: "string", multiple: true },
  times: { type: "string" },
  json: { type: "string" },
  record: { type: "string" },
  provider: { type: "string" },
  context: { type: "string" },
  pairs: { type: "string", default: "0" },
  keep: { type: "boolean", default: false },
} as const;

export const understood = (args: string[], from: string): Options => {
  const { values } = parseArgs({ args, options: flags });
  const file = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : resolve(from, name);
  const { provider, context, keep } = values;
  if (provider !== undefined && values.record !== undefined)
    throw new Error("--record and --provider exclude each other: only local trials are recorded");
  const trials = chosen(plantedTrials(whole("runs", values.runs)), values);
  const recorded = values.record === undefined ? trials : trials.filter(isCost).map(sameOften);
  const pairs = whole("pairs", values.pairs, 0);
  return {
    trials: recorded,
    json: file(values.json),
    record: file(values.record),
    cluster: provider === undefined ? undefined : { provider, context, pairs, keep },
  };
};

const whole = (name: string, text: string, least = 1): number => {
  if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
  throw new Error(`--${name} is ${text}, not a whole number from ${least} on`);
};

const chosen = (
  trials: PlantedTrial[],
  { only, times }: { only?: string[]; times?: string },
): PlantedTrial[] => {
  const names = trials.map(nameOf);
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Error(`--only ${unknown} is none of ${names.map((name) => `"${name}"`).join(", ")}`);
  const wanted = trials.filter((trial) => only?.includes(nameOf(trial)) ?? true);
  return times === undefined
    ? wanted
    : wanted.map((trial) => ({ ...trial, times: whole("times", times) }));
};

/** Decision rules are compared on costs, as many of each. */
const isCost = ({ planted }: PlantedTrial): boolean => typeof planted === "number";
const sameOften = (trial: PlantedTrial, _i: number, all: PlantedTrial[]): PlantedTrial => ({
  ...trial,
  times: Math.min(...all.map(({ times }) => times)),
});
