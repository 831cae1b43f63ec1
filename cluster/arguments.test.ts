import { describe, expect, test } from "@jest/globals";
import { parseArguments } from "./arguments.ts";

describe("the command line", () => {
  test("options may stand before or after the command", () => {
    const wanted = { name: "up", provider: "direct", withDocker: false, images: true, rest: [] };
    expect(parseArguments(["up", "--provider", "direct", "--images"])).toEqual(wanted);
    expect(parseArguments(["--images", "--provider", "direct", "up"])).toEqual(wanted);
  });

  test("what follows kubectl is kubectl's, options of our names included", () => {
    const { rest, provider, context } = parseArguments([
      "--context",
      "a",
      "kubectl",
      "get",
      "--context",
      "b",
      "--provider",
      "x",
    ]);
    expect({ rest, provider, context }).toEqual({
      rest: ["get", "--context", "b", "--provider", "x"],
      provider: "auto",
      context: "a",
    });
  });

  test.each([
    [
      ["--provider", "docker", "up"],
      "--provider docker is unknown: it is one of auto, direct, kind, context",
    ],
    [["up", "--context"], "--context needs a value"],
    [["--provider", "--images", "up"], "--provider needs a value"],
    [["fly"], "unknown command fly"],
    [[], "npm run cluster -- COMMAND"],
  ])("%j is refused with a sentence", (args, message) => {
    expect(() => parseArguments(args)).toThrow(message);
  });
});
