import { expect, test } from "@jest/globals";
import { cases } from "./matrix.ts";
import { SUPPORTED, UNSUPPORTED } from "./runtimes.ts";

const all = cases([...UNSUPPORTED, ...SUPPORTED]);

test("no two cases share a name: it tells them apart in the table", () => {
  const names = all.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

test("there are enough of them, for every runtime and every moment", () => {
  expect(all.length).toBeGreaterThan(280);
  expect(new Set(all.map(({ runtime }) => runtime.major))).toEqual(
    new Set([16, 18, 20, 22, 24, 26]),
  );
  expect(new Set(all.map(({ row }) => row.moment))).toEqual(
    new Set(["before", "start", "load", "shutdown"]),
  );
});

test("where Node is too old the agent is inert, whatever the row expects", () => {
  const old = all.filter(({ runtime }) => UNSUPPORTED.includes(runtime));
  expect(old.length).toBeGreaterThan(0);
  expect(old.filter(({ row }) => row.agent === undefined || row.agent === "active")).toEqual([]);
});

test("a filter leaves what has it in its name", () => {
  const some = cases(SUPPORTED, "SIGTERM");
  expect(some.length).toBeGreaterThan(0);
  expect(some.every(({ name }) => name.includes("SIGTERM"))).toBe(true);
});
