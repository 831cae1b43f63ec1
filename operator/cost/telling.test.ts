import { expect, test } from "@jest/globals";
import { toldBetween } from "./telling.ts";

const scrape = (calls: number, ...looks: [bound: string, count: number][]): string =>
  [
    `flashcard_otel_api_call_seconds_count{method="GET",status="200"} ${calls}`,
    `flashcard_otel_api_call_seconds_count{method="PUT",status="200"} 1`,
    ...looks.map(
      ([bound, count]) =>
        `flashcard_otel_look_seconds_bucket{le="${bound}",outcome="looked"} ${count}`,
    ),
  ].join("\n");

const before = scrape(10, ["0.1", 5], ["0.5", 5], ["+Inf", 5]);

test("only what happened between the two scrapes counts", () => {
  const told = toldBetween(before, scrape(34, ["0.1", 9], ["0.5", 13], ["+Inf", 13]));
  expect(told).toMatchObject({ calls: 24, looks: 8 });
});

test("quantiles are those of Prometheus: linear within a bucket, the last bound above all of them", () => {
  const after = scrape(34, ["0.1", 9], ["0.5", 13], ["+Inf", 15]);
  const { lookSeconds } = toldBetween(before, after);
  expect(lookSeconds(0.2)).toBeCloseTo(0.05);
  expect(lookSeconds(0.6)).toBeCloseTo(0.3);
  expect(lookSeconds(0.99)).toBe(0.5);
});

test("without looks there is none", () => {
  expect(toldBetween(before, before).lookSeconds(0.5)).toBeNaN();
});
