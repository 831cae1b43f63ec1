import { describe, expect, test } from "@jest/globals";
import { LEAST_AA_BLOCKS } from "../../verdict/reading.ts";
import { peers } from "./peers/table.ts";
import { type Paired, type Toggled, type Variant, variantsOf } from "./variants.ts";
import { workloads } from "./workloads.ts";

const names = workloads.map(({ name }) => name);

const asked = (over: Partial<Parameters<typeof variantsOf>[0]> = {}, known = names): Variant[] =>
  variantsOf(
    { extent: "full", workload: undefined, only: undefined, profile: "lean", ...over },
    known,
  );
const namesOf = (...args: Parameters<typeof asked>): string[] =>
  asked(...args).map(({ name }) => name);

const toggledOf = (...args: Parameters<typeof asked>): Toggled[] =>
  asked(...args).filter((variant): variant is Toggled => variant.method === "toggled");
const pairedOf = (...args: Parameters<typeof asked>): Paired[] =>
  asked(...args).filter((variant): variant is Paired => variant.method === "pairs");

describe("items on and off", () => {
  test("everything is every workload, warm and young", () => {
    expect(namesOf({ only: "toggled" }, ["a", "b"])).toEqual([
      "a warm",
      "a young",
      "b warm",
      "b young",
    ]);
  });

  test("quick is two warm workloads that exist", () => {
    const quick = asked({ extent: "quick" });
    expect(quick.map(({ name }) => name)).toEqual(["gateway warm", "flash-0.25 warm"]);
    for (const { workload } of quick) expect(names).toContain(workload);
  });

  test.each(["full", "quick", "smoke"] as const)(
    "%s has enough of off against off for a verdict",
    (extent) => {
      for (const { length } of toggledOf({ extent }))
        expect(length.aaBlocks).toBeGreaterThanOrEqual(LEAST_AA_BLOCKS);
    },
  );

  test("young is over before warm would begin", () => {
    const [warm, young] = toggledOf({ workload: "api" });
    const { warmupItems = 0, aaBlocks = 0, blocks = 0, pairsPerBlock = 0 } = young?.length ?? {};
    expect(warmupItems + 2 * pairsPerBlock * (aaBlocks + blocks)).toBeLessThanOrEqual(
      warm?.length.warmupItems ?? 0,
    );
  });
});

test("with the governor, the pipeline's services and one that is as light, each once", () => {
  const governed = toggledOf({ only: "governed" });
  expect(governed.map(({ name, governor }) => [name, governor])).toEqual([
    ["gateway governed", true],
    ["worker governed", true],
    ["api governed", true],
    ["flash-0.16 governed", true],
  ]);
});

describe("fresh pairs", () => {
  test("ours plays twenty to the end, on both workloads, beside two equal processes", () => {
    const pairs = pairedOf({ only: "pairs" });
    expect(pairs.map(({ name }) => name)).toEqual([
      "gateway lean",
      "flash-0.16 lean",
      "flash-0.16 none",
    ]);
    for (const { length } of pairs) expect(length).toMatchObject({ pairs: 20, toTheEnd: true });
  });

  test("others stop at their verdict, on a workload where ours is measured too", () => {
    const others = pairedOf({ only: "peers" });
    expect(others.map(({ agent }) => agent)).toEqual(peers.map(({ name }) => name));
    for (const { length, workload } of others)
      expect({ workload, ...length }).toMatchObject({ workload: "flash-0.16", toTheEnd: false });
  });

  test("a profile that is asked for is the one that is measured", () => {
    expect(namesOf({ only: "pairs", profile: "metrics" })).toContain("gateway metrics");
    for (const { agent } of toggledOf({ profile: "metrics" })) expect(agent).toBe("metrics");
  });
});

test("a whole run has all parts, each once, under names of their own", () => {
  const all = namesOf();
  const parts = (["toggled", "governed", "pairs", "peers"] as const).flatMap((only) =>
    namesOf({ only }),
  );
  expect(all).toEqual(parts);
  expect(new Set(all).size).toBe(all.length);
});

test("a workload that is asked for is the only one, whatever quick would take", () => {
  expect(namesOf({ extent: "quick", workload: "api" })).toEqual(["api warm"]);
  expect(namesOf({ workload: "api" })).toEqual(["api warm", "api young", "api governed"]);
  expect(namesOf({ workload: "gateway" })).toEqual([
    "gateway warm",
    "gateway young",
    "gateway governed",
    "gateway lean",
  ]);
});
