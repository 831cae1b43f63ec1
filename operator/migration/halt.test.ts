import { describe, expect, test } from "@jest/globals";
import { haltOf } from "./halt.ts";
import { NOW, type Scene, spec, world } from "./scenes.ts";
import type { Phase } from "./schema.ts";

const at = (seconds: number): string =>
  `${new Date(NOW.getTime() + seconds * 1000).toISOString().slice(0, 19)}Z`;

const frozen = (...windows: [from: number, until: number][]): Scene => ({
  spec: spec({ freeze: windows.map(([from, until]) => ({ from: at(from), until: at(until) })) }),
});

const burning = (...states: ("Met" | "Burning" | "NoData")[]): Scene => ({
  world: { objectives: states.map((state, nth) => ({ name: `calls-${nth}`, state })) },
});

const paused = (word: string): Scene => ({ annotations: { "flashcard-otel.dev/paused": word } });

const manual = (word: string, target: Phase = "Alongside"): Scene => ({
  spec: spec({ approval: "Manual", target }),
  annotations: { "flashcard-otel.dev/approve": word },
});

const reasonOf = (scene: Scene): string | undefined => haltOf(world(scene))?.reason;

describe("a migration is held", () => {
  test.each<[string, Scene, string | undefined]>([
    ["not by nothing", {}, undefined],
    ["by a person's word", paused("true"), "MigrationPaused"],
    ["not by another word", paused("false"), undefined],
    ["from the first second of a window", frozen([0, 60]), "Frozen"],
    ["not in the second before it", frozen([1, 60]), undefined],
    ["not from its end on", frozen([-60, 0]), undefined],
    ["by the one window of several that is now", frozen([-60, -1], [-1, 1], [1, 60]), "Frozen"],
    ["by an error budget that burns", burning("Met", "Burning"), "ObjectiveBurning"],
    [
      "not by objectives that are met, or that nobody knows of",
      burning("Met", "NoData"),
      undefined,
    ],
    ["by a step that nobody has approved", manual(""), "WaitingForApproval"],
    ["by an approval of another step", manual("Instrumented"), "WaitingForApproval"],
    ["not by one that is approved", manual("Alongside"), undefined],
    ["not where there is no further step", manual("", "Legacy"), undefined],
    ["first of all by the person", { ...frozen([-60, 60]), ...paused("true") }, "MigrationPaused"],
  ])("%s", (_why, scene, reason) => {
    expect(reasonOf(scene)).toBe(reason);
  });

  test("and told until when, or by which objectives", () => {
    expect(haltOf(world(frozen([-60, 60])))?.message).toBe(`nothing goes forward before ${at(60)}`);
    expect(haltOf(world(burning("Burning", "Met", "Burning")))?.message).toContain(
      "the error budget of calls-0, calls-2 is burning fast",
    );
  });
});
