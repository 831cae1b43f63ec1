/** k6 entry of a trial: `k6 run trial.js` with the environment of `settings.ts`; the user's items are in `./item.js`. */
import type { Options } from "k6/options";
import { runTrial } from "./experiment.ts";
import { doorsOf } from "./k6.ts";
import { runPair } from "./pair.ts";
import { pairFrom, settingsFrom } from "./settings.ts";

const settings = settingsFrom(__ENV);
const pair = pairFrom(__ENV);

export const options: Options = {
  // One closed loop: the meter's readings belong to single items.
  scenarios: {
    trial: { executor: "per-vu-iterations", vus: 1, iterations: 1, maxDuration: "12h" },
  },
  // No tag that differs from item to item: each would be a time series for ever.
  systemTags: ["status"],
  noConnectionReuse: false,
};

// eslint-disable-next-line import/no-default-export -- k6 demands it
export default async function trial(): Promise<void> {
  const doors = doorsOf(settings);
  await (pair ? runPair(settings, pair, doors) : runTrial(settings, doors));
}
