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

const toldWith = (isKind: boolean): (string | undefined)[] =>
  suites
    .flatMap(({ commands }) => commands)
    .filter(({ command }) => command.includes("e2e/main.ts"))
    .filter(({ command }) => command.includes("kind") === isKind)
    .map(({ command }) => command[2]);

test("every story for which one node is enough is told once on direct, the gate's own included", () => {
  const short = stories.filter(({ nodes = 1 }) => nodes === 1).map(({ name }) => name);
  expect(toldWith(false)).toHaveLength(short.length);
  expect(new Set(toldWith(false))).toEqual(new Set(short));
});

test("every story is told once on kind", () => {
  expect(toldWith(true)).toEqual(stories.map(({ name }) => name));
});
