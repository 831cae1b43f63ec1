import { describe, expect, test } from "@jest/globals";
import { optionsFrom } from "./options.ts";

const names = ["gateway", "flash-0.25"];

describe("the command line", () => {
  test("without arguments asks for everything, lean", () => {
    expect(optionsFrom([], names)).toEqual({
      extent: "full",
      workload: undefined,
      only: undefined,
      profile: "lean",
      json: undefined,
      markdown: undefined,
      from: undefined,
      fresh: false,
    });
  });

  test("every option arrives", () => {
    const args = [
      "--quick",
      "--workload",
      "gateway",
      "--profile",
      "metrics",
      "--json",
      "a.json",
      "--only",
      "peers",
      "--markdown",
      "page.md",
      "--from",
      "b.json",
      "--fresh",
    ];
    expect(optionsFrom(args, names)).toEqual({
      extent: "quick",
      workload: "gateway",
      profile: "metrics",
      only: "peers",
      json: "a.json",
      markdown: "page.md",
      from: "b.json",
      fresh: true,
    });
    expect(optionsFrom(["--smoke"], names)).toMatchObject({ extent: "smoke" });
  });

  test.each([
    [["--fast"], /--fast/],
    [["gateway"], /gateway/],
    [["--json"], /--json/],
    [["--workload", "gate"], /no workload gate; there are: gateway, flash-0\.25/],
    [["--profile", "full"], /full cannot be measured by toggling; these can: lean, sampled/],
    [["--only", "ours"], /no part ours; there are: toggled, governed, pairs, peers/],
    [["--quick", "--smoke"], /exclude each other/],
  ])("%j is refused with a sentence", (args, sentence) => {
    expect(() => optionsFrom(args, names)).toThrow(sentence);
  });
});
