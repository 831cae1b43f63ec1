import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { parseEvidence } from "./evidence.ts";
import { ATTEMPT, evidenceOf, number, rehearse, textOf } from "./rehearsal.ts";

const bodies = rehearse({ blocks: 6, pairsPerBlock: 5, twinPairs: 3 });
const lines = number(bodies);
const text = textOf(lines);
const raw = text.trimEnd().split("\n");
const damage = (change: (copy: string[]) => unknown): string => {
  const copy = [...raw];
  change(copy);
  return `${copy.join("\n")}\n`;
};

test("whole evidence is read back as it was written", () => {
  expect(parseEvidence(text, { attempt: ATTEMPT })).toEqual(evidenceOf(bodies));
});

test("nothing is a valid beginning", () => {
  expect(parseEvidence("")).toEqual({ attempt: "", lines: [], truncated: false });
});

test("a last line without its line break counts", () => {
  expect(parseEvidence(text.trimEnd())).toMatchObject({
    truncated: false,
    lines: { length: lines.length },
  });
});

test("wherever the text is cut off, what was whole before is read and nothing else", () => {
  fc.assert(
    fc.property(fc.nat(text.length), (length) => {
      const cut = text.slice(0, length);
      const whole = cut.split("\n").filter((line) => raw.includes(line)).length;
      expect(parseEvidence(cut)).toMatchObject({ lines: { length: whole } });
    }),
  );
});

interface Damage {
  change: (copy: string[]) => unknown;
  line: number;
  says: string;
}

/** Replaces in line `i` (from 0). */
const edit =
  (i: number, from: string | RegExp, to: string) =>
  (copy: string[]): void => {
    copy[i] = (copy[i] ?? "").replace(from, to);
  };

describe("damage is told with its line", () => {
  test.each<[string, Damage]>([
    [
      "a gap",
      { change: (c) => c.splice(3, 1), line: 4, says: "number 3 is missing, number 4 follows" },
    ],
    [
      "a duplicate",
      { change: (c) => c.splice(3, 0, c[2] ?? ""), line: 4, says: "number 2 is there twice" },
    ],
    [
      "a line cut in the middle",
      { change: edit(2, /.{20}$/, ""), line: 3, says: "not a JSON object" },
    ],
    ["an empty line", { change: (c) => c.splice(2, 0, ""), line: 3, says: "not a JSON object" }],
    ["a later version", { change: edit(1, '"v":1', '"v":2'), line: 2, says: "version 2" }],
    ["another kind", { change: edit(1, '"twin"', '"twins"'), line: 2, says: "kind twins" }],
    [
      "no plan",
      {
        change: edit(0, '"kind":"plan"', '"kind":"end","reason":"Completed"'),
        line: 1,
        says: "plan must be the first",
      },
    ],
    [
      "text for a number",
      { change: edit(2, '"bad":0', '"bad":"0"'), line: 3, says: "bad is missing" },
    ],
    [
      "another attempt",
      { change: edit(4, ATTEMPT, "other"), line: 5, says: "attempt other, not to" },
    ],
    [
      "a block out of order",
      { change: edit(3, '"block":1', '"block":7'), line: 4, says: "block 7 of phase aa" },
    ],
    [
      "an item too few",
      { change: edit(3, /"on":\[\d+,/, '"on":['), line: 4, says: "4 items on and 5 off" },
    ],
    [
      "words after the end",
      {
        change: (c) => c.push((c.at(-1) ?? "").replace(/"seq":\d+/, `"seq":${c.length}`)),
        line: lines.length + 1,
        says: "follows the end",
      },
    ],
  ])("%s", (_name, { change, line, says }) => {
    expect(parseEvidence(damage(change))).toMatchObject({
      line,
      damaged: expect.stringContaining(says),
    });
  });

  test("evidence of another attempt than the one asked for", () => {
    expect(parseEvidence(text, { attempt: "mine" })).toMatchObject({
      line: 1,
      damaged: expect.stringContaining("not to mine"),
    });
  });
});
