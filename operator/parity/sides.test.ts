/** Old and new numbers of one counter, looked at as often as their Prometheuses do. */
import { describe, expect, test } from "@jest/globals";
import { compareRow } from "@flashcard-otel/verdict/parity.ts";
import type { ParityRow } from "@flashcard-otel/verdict/paritymap.ts";
import type { Prometheus } from "../measurement/prometheus.ts";
import { readSides } from "./sides.ts";

const window = { start: 1_000_000, end: 1_000_300 };
const PHASES = 12;

const row: ParityRow = {
  row: "orders",
  kind: "counter",
  legacy: "orders_total",
  otel: "orders",
  path: "otlp",
  unitFactor: 1,
  labels: {},
  tolerancePercent: 0.5,
} as never;

interface Scrape {
  every: number;
  phase: number;
  perSecond: number;
  /** Whether a look has failed. */
  fails?: (at: number) => boolean;
}

/** A counter that has counted for a long time. */
const counting = ({ every, phase, perSecond, fails = () => false }: Scrape): Prometheus =>
  ({
    raw: async (_expression: string, { from, to }: { from: number; to: number }) => {
      const first = Math.ceil((from - phase) / every) * every + phase;
      const looks = Array.from(
        { length: Math.floor((to - first) / every) + 1 },
        (_, nth) => first + nth * every,
      );
      const points = looks
        .filter((at) => at > from && !fails(at))
        .map((at) => ({ at, value: Math.floor(at * perSecond) }));
      return [{ labels: {}, points }];
    },
  }) as never;

const verdicts = async (
  old: Pick<Scrape, "every" | "fails">,
  newPerSecond: number,
): Promise<Set<string>> => {
  const found = new Set<string>();
  for (let nth = 0; nth < PHASES; nth += 1) {
    const phase = (nth * old.every) / PHASES;
    const doors = {
      legacy: counting({ ...old, phase, perSecond: 10 }),
      otel: counting({ every: 5, phase: 2, perSecond: newPerSecond }),
    };
    found.add(compareRow(row, await readSides(row, doors, window)).verdict);
  }
  return found;
};

describe.each([5, 15, 30, 45, 60])("an old Prometheus that scrapes every %d s", (every) => {
  test("agrees with a new one that counted the same, wherever its samples lie", async () => {
    expect(await verdicts({ every }, 10)).toEqual(new Set(["Match"]));
  });

  test("never agrees with one that counted three times as much", async () => {
    expect(await verdicts({ every }, 30)).toEqual(new Set(["Differs"]));
  });
});

test("scrapes that failed before the window make no counter begin in it", async () => {
  const fails = (at: number): boolean => at > window.start - 60 && at <= window.start;
  expect(await verdicts({ every: 30, fails }, 30)).toEqual(new Set(["Differs"]));
});
