import { describe, expect, test } from "@jest/globals";
import { above, below, effectiveTarget, goalOf } from "./goal.ts";
import { type Scene, spec, world } from "./scenes.ts";
import type { Phase } from "./schema.ts";

const migration = (phase: Phase, target: Phase, scene: Scene = {}) =>
  world({ phase, spec: spec({ target }), ...scene }).migration;

const held = (hold: string): Scene => ({ annotations: { "flashcard-otel.dev/hold": hold } });

describe("a hold", () => {
  test.each<[string, string, Phase]>([
    ["below the target is where it ends", "Alongside", "Alongside"],
    ["above it raises nothing", "Retired", "Validated"],
    ["at it changes nothing", "Validated", "Validated"],
    ["at no phase at all is none", "Later", "Validated"],
  ])("%s", (_where, hold, phase) => {
    expect(effectiveTarget(migration("Legacy", "Validated", held(hold)))).toBe(phase);
  });
});

test("what is worked for is the next phase on the way up, and the present one on the way down", () => {
  expect(goalOf(migration("Alongside", "Retired"))).toBe("Instrumented");
  expect(goalOf(migration("Retired", "Retired"))).toBe("Retired");
  expect(goalOf(migration("Switched", "Legacy"))).toBe("Switched");
});

test("nothing is above the last phase, nothing below the first", () => {
  expect([above("Switched"), above("Retired")]).toEqual(["Retired", "Retired"]);
  expect([below("Alongside"), below("Legacy")]).toEqual(["Legacy", "Legacy"]);
});
