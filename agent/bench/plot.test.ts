import { expect, test } from "@jest/globals";
import { plot, type Sample } from "./plot.ts";

const samples: Sample[] = [
  { second: 1, rounds: 9, costPercent: 1, level: 0, observed: 1 },
  { second: 2, rounds: 0, costPercent: 40, level: 8, observed: 0 },
];

test("the picture shows every second of cost and rung, and shades those with light items", () => {
  const svg = plot({ budgetPercent: 5, samples });
  const path = (name: string): string =>
    new RegExp(`class="${name}" d="([^"]*)"`).exec(svg)?.[1] ?? "";
  expect(path("cost").match(/[MV]/g)).toHaveLength(2);
  expect(path("rung").match(/[MV]/g)).toHaveLength(2);
  expect(svg.match(/class="light"/g)).toHaveLength(1);
  expect(svg).not.toContain("NaN");
});

test("the scale holds the dearest second", () => {
  const svg = plot({ budgetPercent: 5, samples });
  expect(svg).toContain(">40<");
});
