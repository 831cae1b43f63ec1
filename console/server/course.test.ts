import { expect, test } from "@jest/globals";
import { evidenceOf, rehearse } from "@flashcard-otel/verdict/rehearsal.ts";
import { judgeTrial } from "@flashcard-otel/verdict/trial.ts";
import { courseOf } from "./course.ts";

const budget = { cpuPercent: 1, guardPercent: 3, alpha: 0.05 };
const evidence = evidenceOf(rehearse({ blocks: 150 }));
const course = courseOf(evidence, budget, "every");

test("ends where the verdict stands", () => {
  const whole = judgeTrial(evidence, budget);
  expect(course.verdict).toEqual(whole);
  expect(course.points.at(-1)).toMatchObject({
    pairs: whole.pairs,
    estimate: whole.estimatePercent,
    lower: whole.lowerPercent,
    upper: whole.upperPercent,
  });
});

test("is short enough for a picture, and only goes forward", () => {
  const pairs = course.points.map((point) => point.pairs);
  expect(pairs.length).toBeGreaterThan(20);
  expect(pairs.length).toBeLessThan(70);
  expect(pairs).toEqual([...new Set(pairs)].toSorted((a, b) => a - b));
});

test("is empty before anything was compared", () => {
  const early = { ...evidence, lines: evidence.lines.slice(0, 8) };
  expect(courseOf(early, budget, "every").points).toEqual([]);
});
