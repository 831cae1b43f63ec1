import { describe, expect, test } from "@jest/globals";
import { settingsFrom } from "../settings.ts";
import { openCluster } from "./open.ts";
import { missing, programsAsked, type Facts } from "./prerequisites.ts";
import { choose } from "./provider.ts";

const open = (options: Parameters<typeof openCluster>[1]): { said: string[]; error: string } => {
  const said: string[] = [];
  try {
    openCluster(
      settingsFrom({}, (line) => said.push(line)),
      options,
    );
    return { said, error: "" };
  } catch (error) {
    return { said, error: (error as Error).message };
  }
};

describe("the choice of a provider", () => {
  test.each([
    ["auto", undefined, "direct"],
    ["auto", "prod", "context"],
    ["direct", "prod", "direct"],
    ["kind", undefined, "kind"],
    ["context", "prod", "context"],
  ] as const)("--provider %s with context %s is %s", (wish, context, name) => {
    expect(choose(wish, context).name).toBe(name);
  });

  test("is never an existing cluster unless that is named", () => {
    expect(choose("auto", undefined).name).not.toBe("context");
  });

  test("is said, with the reason", () => {
    expect(open({ context: "prod" }).said).toEqual([
      "cluster provider: context (--context prod names an existing cluster)",
    ]);
  });

  test("context without a name says how to give one", () => {
    expect(open({ provider: "context" }).error).toMatch(/--context NAME/);
  });
});

describe("prerequisites", () => {
  const good: Facts = { platform: "linux", root: true, programs: new Set(programsAsked) };

  test("a machine that has everything misses nothing", () => {
    expect(missing("direct", good)).toEqual([]);
  });

  const lacking: [string, Facts][] = [
    ["Linux", { ...good, platform: "darwin" }],
    ["root", { ...good, root: false }],
    ...programsAsked.map((name): [string, Facts] => [
      name,
      { ...good, programs: new Set(programsAsked.filter((one) => one !== name)) },
    ]),
  ];

  test.each(lacking)(
    "without %s there is one line: what, for whom, how to get it, what else works",
    (name, facts) => {
      const lines = missing("direct", facts);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(
        /^direct needs .*, missing here: .+, or use an existing cluster: --context NAME$/,
      );
      expect(lines[0]).toContain(name);
    },
  );

  test("an existing cluster needs nothing of the machine", () => {
    expect(missing("context", { platform: "win32", root: false, programs: new Set() })).toEqual([]);
  });
});
