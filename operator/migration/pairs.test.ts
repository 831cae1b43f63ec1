import { describe, expect, test } from "@jest/globals";
import { joined, nameOfPair, pairsOf } from "./pairs.ts";
import { component, spec } from "./scenes.ts";

const trialWith = (trial: object) => {
  const [only] = spec({
    components: [
      { name: "api", target: { name: "api" }, trial: { sideEffects: "None", ...trial } },
    ],
  }).components;
  if (!only) throw new Error("there is a component");
  return only;
};

describe("how many pairs", () => {
  test.each([
    ["as many as asked for", { pairs: 12 }, 12],
    ["enough where they are the only key", {}, 40],
    ["within the limit on items", { pairs: 40, maxItems: 12_000 }, 10],
    ["one of each slot at least", { pairs: 40, maxItems: 100 }, 2],
  ])("%s", (_name, trial, pairs) => {
    expect(pairsOf(trialWith(trial))).toBe(pairs);
  });
});

test("each pair has a name of its own", () => {
  expect(nameOfPair(component({ attempt: "a1" }))).toBe("a1");
  expect(nameOfPair(component({ attempt: "a1", pair: 3 }))).toBe("a1-3");
});

describe("the record", () => {
  test.each([
    ["begins with the plan and the first pair", "", "plan\n0\n", 0],
    ["goes on with the next pair", "plan\n0\n", "1\n", 1],
    ["counts a pair once that was stored before it was said", "plan\n0\n1\n", "1\n", 1],
    ["counts the first one once too", "plan\n0\n", "plan\n0\n", 0],
    ["waits for a pair that has written nothing", "plan\n0\n1\n", "", 2],
  ])("%s", (_name, stored, written, pair) => {
    const all = ["plan", "0", "1"].map((line) => `${line}\n`).join("");
    expect(all.startsWith(joined(stored, written, pair))).toBe(true);
    expect(joined(stored, written, pair).length).toBeGreaterThanOrEqual(stored.length);
  });
});
