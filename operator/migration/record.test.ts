/** What a look writes into the status beside phase and components, and what it keeps of what stood there. */
import { describe, expect, test } from "@jest/globals";
import { decide } from "./decide.ts";
import { ago, NOW, type Scene, spec, status, world } from "./scenes.ts";
import type { Status } from "./schema.ts";

const open = { passed: true, reason: "Proven", message: "ok" };
const shut = { passed: false, reason: "NotReady", message: "the collector is not ready" };

/** Of a migration on its way from Legacy to Alongside: the gate is what `passed` says. */
const after = (
  before: Partial<Status> = {},
  { passed = false, ...scene }: Omit<Scene, "status"> & { passed?: boolean } = {},
): Status =>
  decide(
    world({
      ...scene,
      status: status({ phase: "Legacy", ...before }),
      world: { gates: { Alongside: [passed ? open : shut] }, ...scene.world },
    }),
  ).status;

describe("the history", () => {
  const phaseStartedAt = ago(90);

  test("gets a line when a phase is reached: what is proven, since when, and how long it took", () => {
    expect(after({ phaseStartedAt }, { passed: true }).history).toEqual([
      { name: "Alongside", startedAt: phaseStartedAt, seconds: 90, evidence: "ok" },
    ]);
  });

  test("gets none while the phase stays", () => {
    expect(after({ phaseStartedAt }).history).toEqual([]);
  });

  test("counts a first phase whose begin nobody has written down as begun now", () => {
    expect(after({}, { passed: true }).history).toMatchObject([
      { startedAt: NOW.toISOString(), seconds: 0 },
    ]);
  });

  test("holds the last twenty phases", () => {
    const history = Array.from({ length: 20 }, (_, nth) => ({
      name: "Alongside" as const,
      startedAt: ago(1000 - nth),
      seconds: nth,
      evidence: "",
    }));
    const seconds = after({ history, phaseStartedAt }, { passed: true }).history.map(
      (one) => one.seconds,
    );
    expect(seconds).toEqual([...Array.from({ length: 19 }, (_, nth) => nth + 1), 90]);
  });

  test("keeps 2,000 characters of the evidence: a status has its limits", () => {
    const gates = { Alongside: [{ ...open, message: "m".repeat(2001) }] };
    expect(after({}, { world: { gates } }).history[0]?.evidence).toBe("m".repeat(2000));
  });
});

describe("the begin of the phase", () => {
  test("stays while the phase does", () => {
    expect(after({ phaseStartedAt: ago(90) }).phaseStartedAt).toBe(ago(90));
  });

  test("is now when the phase is a new one, or was never written down", () => {
    expect(after({ phaseStartedAt: ago(90) }, { passed: true }).phaseStartedAt).toBe(ago(0));
    expect(after().phaseStartedAt).toBe(ago(0));
  });
});

describe("what it waits for", () => {
  const waiting = { what: "add OpenTelemetry alongside", reason: "NotReady", message: "before" };

  test.each([
    ["since before, while it is the same, whatever its words", waiting, ago(60)],
    ["since now, when the reason is another", { ...waiting, reason: "CannotAsk" }, ago(0)],
    ["since now, when another step is waited for", { ...waiting, what: "retire" }, ago(0)],
  ])("%s", (_when, before, since) => {
    expect(after({ next: { ...before, since: ago(60) } }).next).toEqual({
      ...waiting,
      message: shut.message,
      since,
    });
  });

  test("is nothing at the end", () => {
    expect(after({}, { spec: spec({ target: "Legacy" }) }).next).toMatchObject({
      what: "stay at Legacy",
      reason: "Settled",
      message: "nothing to do",
    });
  });
});

describe("the way back from a phase", () => {
  test("says why it was left", () => {
    const back = after({ phase: "Retired" }, { spec: spec({ target: "Switched" }) });
    expect(back.history).toMatchObject([{ name: "Switched", evidence: "target lowered" }]);
  });
});

test("the generation that was looked at is named, so that users can wait for it", () => {
  expect(after({ observedGeneration: 0 }).observedGeneration).toBe(1);
});

describe("a retry", () => {
  const RETRY = "flashcard-otel.dev/retry";

  test("is acknowledged by its word, beside what else is", () => {
    const acknowledged = { other: "1" };
    expect(after({ acknowledged }, { annotations: { [RETRY]: "7" } }).acknowledged).toEqual({
      other: "1",
      [RETRY]: "7",
    });
  });

  test("stays acknowledged when the annotation has gone", () => {
    expect(after({ acknowledged: { [RETRY]: "7" } }).acknowledged).toEqual({ [RETRY]: "7" });
  });
});

describe("what was measured", () => {
  const parity = { windowStart: ago(60), windowEnd: ago(0), rows: [] };
  const baseline = { recordedAt: ago(60), series: 12 };
  const older = {
    parity: { ...parity, windowEnd: ago(30) },
    baseline: { ...baseline, series: 11 },
  };

  test("replaces what stood there", () => {
    expect(after(older, { world: { parity, baseline } })).toMatchObject({ parity, baseline });
  });

  test("stays where nothing new was measured", () => {
    expect(after(older)).toMatchObject(older);
    expect(after()).not.toHaveProperty("parity");
    expect(after()).not.toHaveProperty("baseline");
  });

  test("of objectives stands only what can be asked now", () => {
    const objectives = [{ name: "calls", state: "Met" as const }];
    expect(after({}, { world: { objectives } }).objectives).toEqual(objectives);
    expect(after({ objectives })).not.toHaveProperty("objectives");
  });
});

describe("a switch that was begun", () => {
  const switched = { step: "RouteNew", since: ago(60) };
  const standing = (reason: string, undone = false) => ({
    complete: false,
    undone,
    gate: { passed: false, reason, message: "to do" },
  });

  test("is remembered while nobody looks at it", () => {
    expect(after({ switched }).switched).toEqual(switched);
  });

  test("is since before at the same step, and since now at another one", () => {
    const at = (reason: string) => after({ switched }, { world: { switching: standing(reason) } });
    expect(at("RouteNew").switched).toEqual(switched);
    expect(at("ShowNew").switched).toEqual({ step: "ShowNew", since: ago(0) });
  });

  test("is forgotten when everything is back", () => {
    const switching = standing("NotSwitched", true);
    expect(after({ switched }, { world: { switching } })).not.toHaveProperty("switched");
  });

  test("never was where there is nothing to switch", () => {
    expect(after()).not.toHaveProperty("switched");
  });
});
