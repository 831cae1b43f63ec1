/**
 * `k6 run loadtest/overhead.ts`: what one service costs more than another, from outside, anywhere.
 *
 *   PLAIN_URL, INSTRUMENTED_URL              where an item goes, with its path
 *   PLAIN_METER_URL, INSTRUMENTED_METER_URL  a meter (`meter.ts`) beside each
 *   METHOD (GET), BODY, CONTENT_TYPE (application/json)
 *   WARMUP_ITEMS (1000), ITEMS_PER_BLOCK (200), BLOCKS (60), MARGIN_PERCENT (3), ALPHA (0.05), SEED (1)
 *
 * The same items alternate between both, in an order that is drawn; all CPU of both counts, whatever it is for. Ends at the first
 * decision. Exit code 99 (a threshold) when the limit is exceeded or an item fails. Two processes of the same program differ by up to
 * 2 % by themselves: one percent is proven by a trial, or by `npm run overhead`.
 */
import { sleep } from "k6";
import http from "k6/http";
import { Counter, Gauge } from "k6/metrics";
import type { Options } from "k6/options";
import { mulberry32 } from "../verdict/random.ts";
import { beside, told, withBlock } from "./beside.ts";
import { overheadFrom } from "./overheadsettings.ts";

const settings = overheadFrom(__ENV);

export const options: Options = {
  scenarios: {
    overhead: { executor: "per-vu-iterations", vus: 1, iterations: 1, maxDuration: "12h" },
  },
  systemTags: ["status"],
  thresholds: {
    overhead_exceeded: ["count<1"],
    failed_items: ["count<1"],
    overhead_percent: [],
  },
};

const exceeded = new Counter("overhead_exceeded");
const failedItems = new Counter("failed_items");
const estimate = new Gauge("overhead_percent");

type Side = "plain" | "instrumented";

const serve = (side: Side): void => {
  const { method, body, contentType } = settings;
  const headers = body === "" ? {} : { "content-type": contentType };
  const { status } = http.request(method, settings.urls[side], body || null, { headers });
  if (status < 200 || status > 399) failedItems.add(1);
};

/** CPU nanoseconds so far. */
const used = (side: Side): number => {
  const { status, body, error } = http.get(`${settings.meters[side]}/cpu`);
  const value = Number(body);
  if (status === 200 && Number.isFinite(value)) return value;
  const said = typeof body === "string" && body !== "" ? body : error;
  throw new Error(`the meter of the ${side} service cannot read its CPU: ${said}`);
};

const serveBoth = (items: number, random: () => number): void => {
  for (let i = 0; i < items; i += 1) {
    const first: Side = random() < 0.5 ? "plain" : "instrumented";
    serve(first);
    serve(first === "plain" ? "instrumented" : "plain");
  }
};

/** What is still under way when the last item is answered belongs to the block. */
const SETTLE_SECONDS = 0.1;

// eslint-disable-next-line import/no-default-export -- k6 demands it
export default function overhead(): void {
  const random = mulberry32(settings.seed);
  let state = beside(settings);
  serveBoth(settings.warmupItems, random);
  for (let block = 0; block < settings.blocks && state.gate.verdict === "Running"; block += 1) {
    const before = { plain: used("plain"), instrumented: used("instrumented") };
    serveBoth(settings.itemsPerBlock, random);
    sleep(SETTLE_SECONDS);
    const after = { plain: used("plain"), instrumented: used("instrumented") };
    state = withBlock(state, {
      plain: after.plain - before.plain,
      instrumented: after.instrumented - before.instrumented,
    });
    estimate.add(told(state).estimatePercent);
  }
  exceeded.add(state.gate.verdict === "Failed" ? 1 : 0);
  console.log(told(state).message);
}
