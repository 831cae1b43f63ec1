/**
 * k6 entry of the pulse: constant traffic that follows each item to its result. The user's items are in `./item.js`; they must
 * call `http.asyncRequest` on the default export of "k6/http" (counted here) and wait with timers, since one VU carries them all.
 * RATE (items per second, 5), DEADLINE_SECONDS (30), BASE_URL (handed to the items), DURATION_SECONDS (absent: for ever).
 */
import http from "k6/http";
import type { Options } from "k6/options";
import { setInterval, setTimeout } from "k6/timers";
import { beat } from "./beat.ts";
import { item } from "./item.js";
import { due } from "./rate.ts";

const { RATE = "5", DEADLINE_SECONDS = "30", BASE_URL = "", DURATION_SECONDS = "0" } = __ENV;
const deadline = Number(DEADLINE_SECONDS);
const duration = Number(DURATION_SECONDS);
const counted = beat(() => Date.now());

export const options: Options = {
  scenarios: {
    pulse: {
      executor: "per-vu-iterations",
      vus: 1,
      iterations: 1,
      maxDuration: "8760h",
      gracefulStop: "0s",
    },
  },
  // No tag that differs from item to item: each would be a time series for ever.
  systemTags: ["status"],
};

/** Short enough for an even rate, long enough to cost nothing. */
const TICK = 20;

// eslint-disable-next-line import/no-default-export -- k6 demands it
export default async function pulse(): Promise<void> {
  const ask = http.asyncRequest;
  http.asyncRequest = (async (method: string, url: string, ...rest: []) => {
    const response = await ask(method, url, ...rest);
    counted.answered(response.status, `${method} ${url}`);
    return response;
  }) as typeof http.asyncRequest;

  const start = Date.now();
  const run = start.toString(36);
  await new Promise<void>((over) => {
    let n = 0;
    setInterval(() => {
      while (!isOver(start) && n < due({ perSecond: Number(RATE), start }, Date.now())) {
        void follow({ id: `${run}-${n}`, n });
        n += 1;
      }
    }, TICK);
    setInterval(() => {
      const summary = counted.summary();
      console.log(JSON.stringify(summary));
      if (isOver(start) && summary.inFlight === 0) over();
    }, 1000);
  });
}

const isOver = (start: number): boolean => duration > 0 && Date.now() - start >= duration * 1000;

const follow = async ({ id, n }: { id: string; n: number }): Promise<void> => {
  counted.begin();
  try {
    await inTime(Promise.resolve(item({ id, n, baseUrl: BASE_URL, url: BASE_URL, headers: {} })));
    counted.done();
  } catch (error) {
    counted.fail(error instanceof Error ? error.message : String(error));
  }
};

const inTime = (result: Promise<unknown>): Promise<unknown> =>
  Promise.race([
    result,
    new Promise((_done, late) => {
      setTimeout(
        () => late(new Error(`an item was later than its deadline of ${deadline} s`)),
        deadline * 1000,
      );
    }),
  ]);
