/** How well the model has been doing lately: 0.7 of the success rate and 0.3 of the latency against 5 s. */
import { type Monitor } from "../telemetry/monitor.ts";

const remembered = 100;
const slowSeconds = 5;

export const createHealth = (
  monitor: Monitor,
): ((call: { seconds: number; success: boolean }) => void) => {
  const calls: { seconds: number; success: boolean }[] = [];
  let consecutiveFailures = 0;
  const mean = (of: (call: { seconds: number; success: boolean }) => number): number =>
    calls.reduce((sum, call) => sum + of(call), 0) / calls.length;
  const score = (): number =>
    0.7 * mean(({ success }) => Number(success)) +
    0.3 * Math.max(0, 1 - mean(({ seconds }) => seconds) / slowSeconds);
  monitor.gauge("apiConsecutiveFailures", () => [{ value: consecutiveFailures }]);
  monitor.gauge("apiHealthScore", () => (calls.length === 0 ? [] : [{ value: score() }]));
  return (call) => {
    consecutiveFailures = call.success ? 0 : consecutiveFailures + 1;
    calls.push(call);
    if (calls.length > remembered) calls.shift();
  };
};
