/**
 * k6 entry of the pulse: constant traffic that follows each item to its result. The user's items are in `./item.js`; they must
 * call `http.asyncRequest` on the default export of "k6/http" (counted here) and wait with timers, since one VU carries them all.
 * RATE (items per second, 5), DEADLINE_SECONDS (30), BASE_URL (handed to the items), DURATION_SECONDS (absent: for ever).
 */
import http from "k6/http";
import type { Options } from "k6/options";
import { clearInterval, clearTimeout, setInterval, setTimeout } from "k6/timers";
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
  countRequests();
  const start = Date.now();
  const run = start.toString(36);
  let n = 0;
  const arrivals = setInterval(() => {
    while (!isOver(start) && n < due({ perSecond: Number(RATE), start }, Date.now())) {
      void follow({ id: `${run}-${n}`, n });
      n += 1;
    }
  }, TICK);
  await new Promise<void>((over) => {
    const lines = setInterval(() => {
      const summary = counted.summary();
      console.log(JSON.stringify(summary));
      if (!isOver(start) || summary.inFlight > 0) return;
      clearInterval(arrivals);
      clearInterval(lines);
      over();
    }, 1000);
  });
}

/** The user's module gets the same object, so its requests go through here. */
const countRequests = (): void => {
  const ask = http.asyncRequest;
  http.asyncRequest = (async (method: string, url: string, ...rest: []) => {
    try {
      const response = await ask(method, url, ...rest);
      counted.answered(response.status, `${method} ${url}`);
      return response;
    } catch (error) {
      counted.answered(0, `${method} ${url}`);
      throw error;
    }
  }) as typeof http.asyncRequest;
};

const isOver = (start: number): boolean => duration > 0 && Date.now() - start >= duration * 1000;

const follow = async ({ id, n }: { id: string; n: number }): Promise<void> => {
  counted.begin();
  try {
    await inTime(async () => item({ id, n, baseUrl: BASE_URL, url: BASE_URL, headers: {} }));
    counted.done();
  } catch (error) {
    counted.fail(error instanceof Error ? error.message : String(error));
  }
};

/** What comes after the deadline is not waited for, nor counted again. */
const inTime = (work: () => Promise<unknown>): Promise<void> =>
  new Promise((done, failed) => {
    const late = setTimeout(
      () => failed(new Error(`an item was later than its deadline of ${deadline} s`)),
      deadline * 1000,
    );
    void work()
      .then(() => done(), failed)
      .then(() => clearTimeout(late));
  });
