import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Done, type Kept, openState, resumed } from "./state.ts";

let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flashcard-bench-state-"));
  file = join(folder, ".state", "bench.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

const done = (over: Partial<Done["result"]> = {}): Done => ({
  key: "gateway warm",
  result: {
    name: "gateway warm",
    verdict: "Failed",
    reason: "BudgetExceeded",
    ...over,
  } as Done["result"],
  idle: [0.1],
});

test("what was measured is there again after an interruption, spins too", async () => {
  const state = await openState({ fresh: false }, file);
  state.spins["flash-0.16"] = 42;
  await state.add(done());
  const again = await openState({ fresh: false }, file);
  expect(again.done).toEqual([done()]);
  expect(again.spins).toEqual({ "flash-0.16": 42 });
});

test("a failed control is measured again", async () => {
  const state = await openState({ fresh: false }, file);
  await state.add(done({ verdict: "Error", reason: "NoSpans" }));
  expect((await openState({ fresh: false }, file)).done).toEqual([]);
});

test("a run that is complete, or that is to begin anew, leaves nothing behind", async () => {
  const state = await openState({ fresh: false }, file);
  await state.add(done());
  expect((await openState({ fresh: true }, file)).done).toEqual([]);
  await state.forget();
  expect(existsSync(file)).toBe(false);
});

test("figures of other sources are not taken over", () => {
  const kept: Kept = { version: "a", spins: { x: 1 }, done: [done()] };
  expect(resumed(kept, "a")).toBe(kept);
  expect(resumed(kept, "b")).toEqual({ version: "b", spins: {}, done: [] });
});

test("a damaged file is refused with the way out", async () => {
  await (await openState({ fresh: false }, file)).add(done());
  writeFileSync(file, readFileSync(file, "utf8").slice(0, -3));
  await expect(openState({ fresh: false }, file)).rejects.toThrow("--fresh");
});
