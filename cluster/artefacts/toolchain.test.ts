import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { settingsFrom } from "../settings.ts";
import { goMinimum } from "./catalogue.ts";
import { atLeast, goVersion } from "./toolchain.ts";

describe("Go's version", () => {
  test.each([
    ["1.26.7", "1.26.7", true],
    ["1.26.10", "1.26.7", true],
    ["1.27", "1.26.7", true],
    ["2.0", "1.26.7", true],
    ["1.26", "1.26.7", false],
    ["1.9.9", "1.26.7", false],
  ])("%s is enough for %s: %s", (version, minimum, enough) => {
    expect(atLeast(version, minimum)).toBe(enough);
  });

  test("is read from what `go version` prints", () => {
    expect(goVersion("go version go1.26.8 linux/amd64\n")).toBe("1.26.8");
    expect(goVersion("command not found")).toBeUndefined();
  });
});

const modules = join(settingsFrom({}).repo, "cluster/go");

test.each(readdirSync(modules))("the minimum is enough for the module %s", (name) => {
  const asked = /^go (\S+)$/m.exec(readFileSync(join(modules, name, "go.mod"), "utf8"))?.[1];
  expect(atLeast(goMinimum, asked ?? "unknown")).toBe(true);
});
