import { expect, test } from "@jest/globals";
import { status } from "../../operator/migration/scenes.ts";
import { teller } from "./migration.ts";

const scene = (message: string, sent = 0) =>
  status({
    phase: "Alongside",
    components: ["api", "worker"].map((name) => ({
      name,
      stage: name === "api" ? "Trial" : "Waiting",
      reason: name === "api" ? "Measuring" : "Queued",
      message: name === "api" ? message : "waits",
    })),
    next: {
      what: "instrument",
      reason: "Measuring",
      message: `api: ${message}`,
      since: "2026-01-02T03:04:00Z",
    },
    downtime: { sent, items: sent, failed: 0, longestGapMs: 0 },
  });

const telling = () => {
  const said: string[] = [];
  let seconds = 0;
  const tell = teller(
    (line) => said.push(line),
    () => seconds * 1000,
  );
  return {
    /** What is said of this status so many seconds after the first. */
    at: (after: number, ...seen: Parameters<typeof scene>): string[] => {
      seconds = after;
      tell(scene(...seen));
      return said.splice(0);
    },
  };
};

test("each component says its own, and the whole does not repeat it", () => {
  expect(telling().at(0, "+1 %")).toEqual([
    "Alongside     instrument: Measuring (api)",
    "  api: Trial (Measuring) +1 %",
    "  worker: Waiting (Queued) waits",
    "  pulse: 0 requests sent, 0 failed",
  ]);
});

test("what has not changed is not said again, and numbers only every ten seconds", () => {
  const { at } = telling();
  at(0, "+1 %");
  expect(at(9, "+2 %", 5)).toEqual([]);
  expect(at(10, "+3 %", 9)).toEqual([
    "  api: Trial (Measuring) +3 %",
    "  pulse: 9 requests sent, 0 failed",
  ]);
  expect(at(11, "done", 9)).toEqual(["  api: Trial (Measuring) done"]);
});
