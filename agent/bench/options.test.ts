import { describe, expect, test } from "@jest/globals";
import { optionsFrom } from "./options.ts";

const names = ["gateway", "flash-0.25"];

describe("the command line", () => {
  test("without arguments asks for everything, lean", () => {
    expect(optionsFrom([], names)).toEqual({
      extent: "full",
      workload: undefined,
      profile: "lean",
      governor: false,
      json: undefined,
    });
  });

  test("every option arrives", () => {
    const args = [
      "--quick",
      "--workload",
      "gateway",
      "--profile",
      "metrics",
      "--governor",
      "--json",
      "a.json",
    ];
    expect(optionsFrom(args, names)).toEqual({
      extent: "quick",
      workload: "gateway",
      profile: "metrics",
      governor: true,
      json: "a.json",
    });
    expect(optionsFrom(["--smoke"], names)).toMatchObject({ extent: "smoke" });
  });

  test.each([
    [["--fast"], /--fast/],
    [["gateway"], /gateway/],
    [["--json"], /--json/],
    [["--workload", "gate"], /no workload gate; there are: gateway, flash-0\.25/],
    [["--profile", "full"], /full cannot be measured by toggling; these can: lean, sampled/],
    [["--quick", "--smoke"], /exclude each other/],
  ])("%j is refused with a sentence", (args, sentence) => {
    expect(() => optionsFrom(args, names)).toThrow(sentence);
  });
});
