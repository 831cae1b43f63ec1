import { expect, test } from "@jest/globals";
import { stories } from "../e2e/stories.ts";
import { tiers } from "./gate.ts";
import { suites } from "./suites.ts";

test("no two suites share a name: it tells them apart across sessions", () => {
  const names = suites.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

test("the gate's tiers come first", () => {
  expect(suites.slice(0, tiers.length)).toEqual(tiers);
});

test("every story is told once, the gate's own included", () => {
  const told = suites
    .flatMap(({ commands }) => commands)
    .filter(({ command }) => command.includes("e2e/main.ts"))
    .map(({ command }) => command.at(-1));
  expect(told).toHaveLength(stories.length);
  expect(new Set(told)).toEqual(new Set(stories.map(({ name }) => name)));
});
