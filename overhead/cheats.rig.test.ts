/** Agents that hide their cost from a comparison of items, and agents that are not there. */
import { describe, expect, test } from "@jest/globals";
import type { Agent } from "./agents.ts";
import { type Asked, type Key, marginalKey, wholeKey } from "./keys.ts";
import { agentWith, subjectOf } from "./testing/standin.ts";

const MINUTES = 60_000;

/** Limits far from what is planted: a rig proves the apparatus, not the speed of the machine it runs on. */
const asked = (agent: Agent): Asked => ({
  subject: subjectOf(agent, { ROUNDS: "100" }),
  budget: { cpuPercent: 20, guardPercent: 20, alpha: 0.05 },
  extent: { warmupItems: 100, blocks: 60, pairs: 30, epochItems: 100, seed: 1 },
  watch: () => undefined,
  tell: () => undefined,
  signal: new AbortController().signal,
});
const keyOne = (agent: Agent): Promise<Key> => marginalKey(asked(agent));
const keyTwo = (agent: Agent): Promise<Key> => wholeKey(asked(agent));

const shown = async (key: Promise<Key>): Promise<Key["verdict"]> => {
  const { verdict } = await key;
  process.stdout.write(`${verdict.verdict} ${verdict.reason}: ${verdict.message}\n`);
  return verdict;
};

describe("an honest agent", () => {
  test(
    "that is cheap passes both keys",
    async () => {
      const agent = agentWith({});
      expect(await shown(keyOne(agent))).toMatchObject({ verdict: "Passed" });
      expect(await shown(keyTwo(agent))).toMatchObject({
        verdict: "Passed",
        reason: "WithinGuard",
      });
    },
    5 * MINUTES,
  );

  test(
    "that works as much as the application fails both keys",
    async () => {
      const agent = agentWith({ BURN_ROUNDS: "100" });
      expect(await shown(keyOne(agent))).toMatchObject({ reason: "BudgetExceeded" });
      expect(await shown(keyTwo(agent))).toMatchObject({ reason: "GuardExceeded" });
    },
    5 * MINUTES,
  );
});

describe("a cheating agent is caught by the second key", () => {
  test(
    "that does its work for items that are off too, so that the first key sees no difference",
    async () => {
      const agent = agentWith({ BURN_ROUNDS: "100", CHEAT: "off" });
      expect(await shown(keyOne(agent))).toMatchObject({ verdict: "Passed" });
      expect(await shown(keyTwo(agent))).toMatchObject({ reason: "GuardExceeded" });
    },
    5 * MINUTES,
  );

  test.each(["timer", "worker", "garbage"])(
    "that hides its work in: %s",
    async (cheat) => {
      const agent = agentWith({ BURN_ROUNDS: "200", CHEAT: cheat });
      expect(await shown(keyTwo(agent))).toMatchObject({
        verdict: "Failed",
        reason: "GuardExceeded",
      });
    },
    5 * MINUTES,
  );
});

describe("an agent that is not there", () => {
  const absent = { ...agentWith({}), env: {} };

  test.each([
    ["first", keyOne],
    ["second", keyTwo],
  ])(
    "is an error of the %s key, never a pass",
    async (_name, key) => {
      expect(await shown(key(absent))).toMatchObject({
        verdict: "Error",
        reason: "NoSpans",
        message: expect.stringContaining("no spans from this pod"),
      });
    },
    5 * MINUTES,
  );
});

test(
  "an agent that does not mute is an error",
  async () => {
    expect(await shown(keyOne(agentWith({ BROKEN: "deaf" })))).toMatchObject({
      reason: "SpansOfMutedItems",
    });
  },
  5 * MINUTES,
);

describe("an agent that costs no CPU, and something else", () => {
  // Longer than what a busy machine does to items by itself, and so often that no trial ends before it shows; `npm run trial:planted`
  // plants less of both.
  test(
    "a fifth of a second on 6 % of the items",
    async () => {
      const slow = agentWith({ SLOW_SHARE: "0.06", SLOW_MS: "200" });
      expect(await shown(keyOne(slow))).toMatchObject({
        verdict: "Failed",
        reason: "TailExceeded",
      });
    },
    5 * MINUTES,
  );

  test(
    "items that fail",
    async () => {
      expect(await shown(keyOne(agentWith({ FAIL_SHARE: "0.01" })))).toMatchObject({
        verdict: "Failed",
        reason: "RequestsFailed",
      });
    },
    5 * MINUTES,
  );
});
