import { describe, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { understood } from "./options.ts";
import { keepRows, remaining, type Row, rowOf, rowsIn } from "./rows.ts";
import { isRight, nameOf, plantedTrials } from "./trials.ts";

const parsed = (text: string) => understood(text.split(" ").filter(Boolean), "/tmp");

describe("what is played", () => {
  test("five of each cost, twice as many of nothing, by local processes", () => {
    const { trials, cluster } = parsed("");
    expect(trials.map((trial) => [nameOf(trial), trial.times])).toEqual([
      ["0", 10],
      ["0.5", 5],
      ["2", 5],
      ["5", 5],
      ["errors x2", 1],
      ["+50 ms on 2 %", 1],
    ]);
    expect(cluster).toBeUndefined();
  });

  test("a part of it, on a cluster, with fresh pairs", () => {
    const { trials, cluster } = understood(
      ["--only", "errors x2", "--times", "3", "--provider", "direct", "--pairs", "4"],
      "/tmp",
    );
    expect(trials).toMatchObject([{ planted: "errors x2", times: 3 }]);
    expect(cluster).toEqual({ provider: "direct", context: undefined, pairs: 4, keep: false });
  });

  test("of what is recorded only costs, as many of each", () => {
    const { trials } = parsed("--record a.jsonl --runs 3");
    expect(trials.map(({ times }) => times)).toEqual([3, 3, 3, 3]);
  });

  test.each([
    ["--only", "3", /"0", "0.5", "2"/],
    ["--runs", "0", /--runs is 0/],
    ["--times", "x", /--times is x/],
  ])("%s %s is refused with a sentence", (flag, value, sentence) => {
    expect(() => parsed(`${flag} ${value}`)).toThrow(sentence);
  });

  test("only local trials are recorded", () => {
    expect(() => parsed("--record a --provider direct")).toThrow(/exclude each other/);
  });
});

const [nothing, half, two] = plantedTrials(1);
const judged = { verdict: "Failed", reason: "BudgetExceeded", estimatePercent: 2.1, pairs: 9 };

describe("rows", () => {
  test("say whether the verdict was right: undecided is wrong only where there was something to find", () => {
    const word = (verdict: string) => [half, two].map((trial) => trial && isRight(trial, verdict));
    expect(word("Failed")).toEqual([false, true]);
    expect(word("Inconclusive")).toEqual([true, false]);
    expect(word("Passed")).toEqual([true, false]);
    expect(word("Error")).toEqual([false, false]);
  });

  test("are what a run that was interrupted goes on with", async () => {
    if (!nothing || !two) throw new Error("there are trials");
    const rows: Row[] = [rowOf(two, { judged, seconds: 31 })];
    const folder = await mkdtemp(join(tmpdir(), "planted-"));
    const file = join(folder, "rows.json");
    await keepRows(file, rows);
    expect(await rowsIn(file)).toEqual(rows);
    expect(remaining([{ ...nothing, times: 2 }, two], rows).map(nameOf)).toEqual(["0", "0"]);
    await writeFile(file, "{}");
    await expect(rowsIn(file)).rejects.toThrow(/another file/);
    await rm(folder, { recursive: true });
  });
});
