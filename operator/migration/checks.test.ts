import { describe, expect, test } from "@jest/globals";
import { blocked, isDone, isPlain, settledOn } from "./checks.ts";
import { component } from "./scenes.ts";

describe("a component is done", () => {
  const at = (stage: Parameters<typeof component>[0]) =>
    component({ stage: "Instrumented", reason: "Proven", message: "seen", ...stage });

  test.each([
    ["instrumented", true, at({}), undefined],
    ["instrumented, with the emitter as asked", true, at({ legacy: "off" }), "off" as const],
    ["not with the emitter on", false, at({ legacy: "on" }), "off" as const],
    ["not with the emitter off", false, at({ legacy: "off" }), "on" as const],
    [
      "left out, whatever the emitter",
      true,
      at({ stage: "Skipped", legacy: "on" }),
      "off" as const,
    ],
    ["not while it soaks", false, at({ stage: "Soaking" }), undefined],
    [
      "not while it soaks, with the emitter as asked",
      false,
      at({ stage: "Soaking" }),
      "on" as const,
    ],
  ])("%s", (_what, passed, one, legacy) => {
    expect(isDone(one, legacy)).toEqual({ passed, reason: "Proven", message: "api: seen" });
  });
});

test("a component is plain while it waits, and at no other stage", () => {
  expect(isPlain(component()).passed).toBe(true);
  expect(isPlain(component({ stage: "TakingBack" })).passed).toBe(false);
});

test("the first gate that is not passed blocks", () => {
  const gate = (passed: boolean, reason: string) => ({ passed, reason, message: "" });
  expect(blocked([gate(true, "A"), gate(false, "B"), gate(false, "C")])?.reason).toBe("B");
  expect(blocked([gate(true, "A")])).toBeUndefined();
});

describe("a switch has settled", () => {
  const gate = { passed: false, reason: "SwitchingBack", message: "to be undone" };
  test.each(["complete", "undone"] as const)("at the end that is asked for: %s", (end) => {
    const other = { complete: end !== "complete", undone: end !== "undone", gate };
    expect(settledOn({ ...other, [end]: true }, end)).toEqual({ ...gate, passed: true });
    expect(settledOn({ ...other, [end]: false }, end).passed).toBe(false);
  });

  test("where there is nothing to switch", () => {
    expect(settledOn(undefined, "undone")).toEqual({
      passed: true,
      reason: "NothingToSwitch",
      message: "no rules or dashboards are named",
    });
  });
});
