/** The governor at work: looks once a second at what the process and the agent cost, and tells what it left out. */
import { cpuNow, now } from "../core/clock.ts";
import { shed } from "../core/shed.ts";
import { stats } from "../core/stats.ts";
import { every } from "../core/timers.ts";
import { spentMs, startTiming } from "../core/timing.ts";
import { OWN_SCOPE } from "../metrics/own.ts";
import { meters } from "../metrics/registry.ts";
import { takeOnShare } from "../trial.ts";
import { Governor, type Budget } from "./governor.ts";
import { LADDER, type Rung } from "./ladder.ts";

const LOOK_MS = 1000;

/** Does nothing without a budget. */
export function govern(budget: Budget): void {
  if (!(budget.share > 0)) return;
  const governor = new Governor(budget);
  startTiming();
  const look = looker(governor);
  every(LOOK_MS, look);
  tell(governor);
}

function looker(governor: Governor): () => void {
  let cpuMs = cpuNow();
  let agentMs = spentMs();
  return () => {
    const before = { cpuMs, agentMs };
    cpuMs = cpuNow();
    agentMs = spentMs();
    // In a trial the agent works for some of the items only, and has to be worth its price on those.
    const share = takeOnShare();
    if (share === 0) return;
    const level = governor.look({
      atMs: now(),
      agentMs: agentMs - before.agentMs,
      cpuMs: (cpuMs - before.cpuMs) * share,
    });
    shed(LADDER[level] as Rung);
  };
}

/** Gauges that are there from the start: nothing is left out, and it is said. */
function tell(governor: Governor): void {
  const gauge = (name: string, unit: string) =>
    meters.instrument(OWN_SCOPE, { name, kind: "gauge", unit, observed: true }).series({});
  const level = gauge("flashcard_otel.governor.level", "1");
  const share = gauge("flashcard_otel.governor.observed", "1");
  const cost = gauge("flashcard_otel.governor.cost", "1");
  const unobserved = meters
    .instrument(OWN_SCOPE, {
      name: "flashcard_otel.requests.unobserved",
      kind: "counter",
      unit: "{request}",
      integer: true,
      observed: true,
    })
    .series({});
  meters.observe(() => {
    level.record(governor.level);
    share.record((LADDER[governor.level] as Rung).share);
    if (governor.cost !== undefined) cost.record(governor.cost);
    unobserved.record(stats.unobserved);
  });
}
