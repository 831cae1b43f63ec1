import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { beat } from "./beat.ts";
import { due } from "./rate.ts";

const counting = () => {
  const clock = { now: 1000 };
  return { clock, counted: beat(() => clock.now) };
};

test("every item is done, failed or on its way", () => {
  const { counted } = counting();
  for (let i = 0; i < 5; i += 1) counted.begin();
  counted.done();
  counted.fail("it was lost");
  expect(counted.summary()).toMatchObject({
    items: 5,
    done: 1,
    failed: 1,
    inFlight: 3,
    lastFailure: "it was lost",
  });
});

test("requests without an answer or with an error status failed", () => {
  const { counted } = counting();
  counted.answered(200, "GET /a");
  counted.answered(302, "GET /b");
  counted.answered(0, "GET /c");
  expect(counted.summary()).toMatchObject({
    requests: 3,
    failedRequests: 1,
    lastFailure: "GET /c was not answered",
  });
  counted.answered(503, "GET /d");
  expect(counted.summary()).toMatchObject({
    failedRequests: 2,
    lastFailure: "GET /d was answered with 503",
  });
});

test("the longest silence is between successes, not broken by failures, and counts while it lasts", () => {
  const { counted, clock } = counting();
  counted.begin();
  clock.now = 1200;
  counted.answered(200, "");
  clock.now = 1900;
  counted.answered(503, "");
  expect(counted.summary().longestGapMs).toBe(700);
  clock.now = 2500;
  counted.answered(200, "");
  clock.now = 2600;
  expect(counted.summary().longestGapMs).toBe(1300);
});

test("before the first item there is no silence", () => {
  const { counted, clock } = counting();
  clock.now = 9000;
  expect(counted.summary()).toMatchObject({ items: 0, longestGapMs: 0 });
});

test("arrivals keep the rate whatever happens, and never run backwards", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 3600 }),
      (perSecond, seconds) => {
        const rate = { perSecond, start: 0 };
        expect(due(rate, seconds * 1000)).toBe(1 + perSecond * seconds);
        expect(due(rate, seconds * 1000 + 7)).toBeGreaterThanOrEqual(due(rate, seconds * 1000));
      },
    ),
  );
  expect(due({ perSecond: 5, start: 100 }, 99)).toBe(0);
});
