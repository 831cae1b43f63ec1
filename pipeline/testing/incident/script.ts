/**
 * One incident, second by second: the model gets slow and fails while many people upload, and everything behind it suffers. What
 * happens in a tick is told to both emitters, so that both editions of the alerts see the same.
 */
import type { Monitor } from "../../telemetry/monitor.ts";

export const TICK_MS = 250;

export interface Act {
  name: "healthy" | "failing" | "mended";
  seconds: number;
}

export const acts: Act[] = [
  { name: "healthy", seconds: 30 },
  { name: "failing", seconds: 100 },
  { name: "mended", seconds: 90 },
];

type Teller = Pick<
  Monitor,
  "apiCall" | "stageRun" | "cacheLookup" | "limiter" | "database" | "gauge"
>;

const model = "@preset/nuance-creator";
const usage = { inputTokens: 500, outputTokens: 200 };
const OPERATION = { operation: "insert", table: "batch_items", rows: 1 };

const times = (count: number, tell: (nth: number) => void): void => {
  for (let nth = 0; nth < count; nth += 1) tell(nth);
};

/** One event of each kind in a tick, or twenty that succeed. */
const well = (monitor: Teller): void => {
  monitor.apiCall({ model, seconds: 0.2, usage, costUsd: 0.001 });
  monitor.stageRun({ stage: "stage1", seconds: 0.2, words: 1 });
  monitor.limiter({ limiter: "minute", allowed: true });
  monitor.database({ ...OPERATION, seconds: 0.002 });
  times(2, (nth) => monitor.cacheLookup({ hit: nth === 0 }));
};

const badly = (monitor: Teller): void =>
  times(10, () => {
    const costUsd = 0.5;
    monitor.apiCall({ model, seconds: 15, usage, costUsd, errorType: "Api", status: 500 });
    monitor.stageRun({ stage: "stage1", seconds: 15, words: 1, errorType: "Api" });
    times(20, (nth) => monitor.limiter({ limiter: "minute", allowed: nth === 0 }));
    times(10, () => monitor.cacheLookup({ hit: false }));
    monitor.database({ ...OPERATION, seconds: 2 });
  });

export const tick = (act: Act["name"], monitor: Teller): void =>
  act === "failing" ? badly(monitor) : well(monitor);

/** What gauges show, by act. */
export const gauged = (act: Act["name"]) => {
  const failing = act === "failing";
  return {
    apiConsecutiveFailures: [{ value: failing ? 12 : 0 }],
    breakerState: [{ value: failing ? 2 : 0, labels: { name: "model" } }],
    queueOldestAge: [{ value: failing ? 300 : 2 }],
  };
};
