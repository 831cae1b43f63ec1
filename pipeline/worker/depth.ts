/** The length of the queue, looked up now and then: a scrape must not wait for Redis. */
import { type Consumer } from "../queue/consumer.ts";
import { type Monitor } from "../telemetry/monitor.ts";

export interface DepthGauge {
  refresh: () => Promise<void>;
  countQuarantined: () => void;
}

export const createDepthGauge = (
  consumer: Pick<Consumer, "depth">,
  monitor: Monitor,
): DepthGauge => {
  let depth = { waiting: 0, inFlight: 0, oldestAgeSeconds: 0 };
  let quarantined = 0;
  monitor.gauge("queueDepth", () => [
    { value: depth.waiting, labels: { state: "pending", stage: "stage1" } },
    { value: depth.inFlight, labels: { state: "in_progress", stage: "stage1" } },
    { value: quarantined, labels: { state: "quarantined", stage: "failed" } },
  ]);
  monitor.gauge("queueOldestAge", () => [{ value: depth.oldestAgeSeconds }]);
  return {
    refresh: async () => {
      depth = await consumer.depth();
    },
    countQuarantined: () => {
      quarantined += 1;
    },
  };
};
