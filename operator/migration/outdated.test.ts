import { describe, expect, test } from "@jest/globals";
import { agentConfigMap } from "../injection/agent.ts";
import { isDrifted, isOutdated, isRenewed } from "./outdated.ts";
import { component, type Scene, seen, spec, status, world } from "./scenes.ts";
import type { ComponentStatus } from "./schema.ts";

const off = spec({
  components: [
    {
      name: "api",
      target: { name: "api" },
      legacyOff: { env: { name: "LEGACY", value: "off" } },
    },
  ],
});
const [only] = off.components;
if (!only) throw new Error("the spec has a component");
const looked = seen({ spec: only });

const hashOf = (legacyOff: boolean): string =>
  agentConfigMap(world({ spec: off }).migration, only, {
    profile: "Lean",
    legacyOff,
    agentSource: "// agent",
  }).hash;

const subject = (difference: Partial<ComponentStatus> = {}, scene: Scene = {}) => ({
  world: world({ spec: off, status: status({ phase: "Instrumented" }), ...scene }),
  seen: looked,
  status: component({
    stage: "Instrumented",
    profile: "Lean",
    hash: hashOf(false),
    legacy: "on",
    ...difference,
  }),
});

const named = (profile: ComponentStatus["profile"]) =>
  seen({ spec: { ...only, profile: profile ?? "Auto" } });

const { profile: _none, ...withoutProfile } = subject().status;

describe("what pods carry has drifted", () => {
  test.each([
    ["not from what they shall carry", false, subject()],
    ["not with the emitter off", false, subject({ legacy: "off", hash: hashOf(true) })],
    ["with the emitter in the other place", true, subject({ legacy: "off" })],
    ["and back", true, subject({ legacy: "on", hash: hashOf(true) })],
    ["with another agent", true, subject({ hash: "other" })],
    ["with another profile by name", true, { ...subject(), seen: named("Metrics") }],
    ["not with the name of the one they carry", false, { ...subject(), seen: named("Lean") }],
    ["not where they carry nothing", false, subject({ hash: "" })],
    [
      "not where nobody knows what",
      false,
      { ...subject(), status: { ...withoutProfile, hash: "x" } },
    ],
    [
      "not for whoever has no agent at hand",
      false,
      subject({ hash: "other" }, { world: { sources: { agent: "", trial: "", pulse: "" } } }),
    ],
  ])("%s", (_what, drifted, it) => {
    expect(isDrifted(it)).toBe(drifted);
    expect(isOutdated(it)).toBe(drifted);
  });

  test("a release of the user's makes the verdict outdated too", () => {
    expect(isOutdated(subject({ templateHash: "older" }))).toBe(true);
    expect(isDrifted(subject({ templateHash: "older" }))).toBe(false);
  });
});

describe("something is done about it", () => {
  const released = { templateHash: "older" };
  const never = { ...off, revalidate: "Never" as const };
  test.each([
    ["where a verdict is out of date", true, subject(released)],
    ["not while it is not", false, subject()],
    ["not while it is rolled out", false, subject({ ...released, stage: "RollingOut" })],
    ["not where it is not wanted", false, subject(released, { spec: never })],
    [
      "not for what is about to be given up",
      false,
      subject(released, { spec: { ...off, target: "Alongside" } }),
    ],
  ])("%s", (_what, renewed, it) => {
    expect(isRenewed(it)).toBe(renewed);
  });
});
