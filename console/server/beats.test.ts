import { expect, test } from "@jest/globals";
import { logs } from "../testing/answers.ts";
import { beatsIn } from "./beats.ts";

const line = (second: number, items: number): string =>
  `2026-01-01T00:00:${String(second).padStart(2, "0")}.123456789Z ${JSON.stringify({ kind: "pulse", items, done: 0, failed: 0, requests: 0, failedRequests: 0, longestGapMs: 0 })}`;

test("a report has the time that the kubelet gave it; other lines are passed over", () => {
  const log = [
    line(1, 5),
    "2026-01-01T00:00:02Z item 4 was late",
    line(3, 9),
    line(4, 12).slice(0, 60),
  ];
  expect(beatsIn(log.join("\n"))).toMatchObject([
    { at: Date.parse("2026-01-01T00:00:01.123Z"), items: 5 },
    { items: 9 },
  ]);
});

test("an hour is thinned to what a picture can show; the last one stays", () => {
  const beats = beatsIn(logs["pulse"] ?? "");
  expect(beats.length).toBeLessThanOrEqual(400);
  expect(beats.at(-1)?.items).toBe(1699 * 5);
});
