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

test("what tells a pulse tells it into a file of its own", () => {
  const telling = suites.filter(({ commands }) =>
    commands.some(({ command }) => command.includes("e2e/main.ts")),
  );
  expect(telling.map(({ pulse }) => pulse)).toEqual(
    telling.map(({ commands }) => commands[0]?.command.at(-1)),
  );
  expect(new Set(telling.map(({ pulse }) => pulse)).size).toBe(telling.length);
});
