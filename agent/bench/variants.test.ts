import { expect, test } from "@jest/globals";
import { LEAST_AA_BLOCKS } from "../../verdict/reading.ts";
import { variantsOf } from "./variants.ts";
import { workloads } from "./workloads.ts";

const names = workloads.map(({ name }) => name);
const namesOf = (...asked: Parameters<typeof variantsOf>): string[] =>
  variantsOf(...asked).map(({ name }) => name);

test("everything is every workload, warm and young", () => {
  expect(namesOf({ extent: "full", workload: undefined }, ["a", "b"])).toEqual([
    "a warm",
    "a young",
    "b warm",
    "b young",
  ]);
});

test("quick is two warm workloads that exist", () => {
  const quick = variantsOf({ extent: "quick", workload: undefined }, names);
  expect(quick.map(({ name }) => name)).toEqual(["gateway warm", "flash-0.25 warm"]);
  for (const { workload } of quick) expect(names).toContain(workload);
});

test("a workload that is asked for is the only one, whatever quick would take", () => {
  expect(namesOf({ extent: "quick", workload: "api" }, names)).toEqual(["api warm"]);
  expect(namesOf({ extent: "full", workload: "api" }, names)).toEqual(["api warm", "api young"]);
});

test.each(["full", "quick", "smoke"] as const)(
  "%s has enough of off against off for a verdict",
  (extent) => {
    for (const { length } of variantsOf({ extent, workload: undefined }, names))
      expect(length.aaBlocks).toBeGreaterThanOrEqual(LEAST_AA_BLOCKS);
  },
);

test("young is over before warm would begin", () => {
  const [warm, young] = variantsOf({ extent: "full", workload: "api" }, names);
  const { warmupItems = 0, aaBlocks = 0, blocks = 0, pairsPerBlock = 0 } = young?.length ?? {};
  expect(warmupItems + 2 * pairsPerBlock * (aaBlocks + blocks)).toBeLessThanOrEqual(
    warm?.length.warmupItems ?? 0,
  );
});
