/** Two services side by side: what each used for the same items, block by block, and what follows from it. Pure. */
import {
  emptyGate,
  expectedPairs,
  type Gate,
  type GatePlan,
  interval,
  observe,
  planRho,
} from "../verdict/engine.ts";
import { percent } from "../verdict/sanity.ts";
import { bounds, percentText } from "../verdict/sentence.ts";

export interface Limit {
  marginPercent: number;
  alpha: number;
}

export interface Beside {
  gate: Gate;
  plan: GatePlan;
  limit: Limit;
}

/** Planned for blocks that spread by 3 % and a difference of nothing. */
const SIGMA = 0.03;

export const beside = (limit: Limit): Beside => {
  const margin = Math.log(1 + limit.marginPercent / 100);
  const pairs = expectedPairs({ sigma: SIGMA, distance: margin, alpha: limit.alpha });
  const plan = {
    margin,
    rho: planRho({ sigma: SIGMA, pairs, alpha: limit.alpha }),
    alpha: limit.alpha,
  };
  return { gate: emptyGate, plan, limit };
};

/** CPU of one block of items, in any unit. Throws when a service used none. */
export const withBlock = (
  before: Beside,
  { plain, instrumented }: { plain: number; instrumented: number },
): Beside => {
  if (!(plain > 0 && instrumented > 0))
    throw new Error(
      "the meters saw no CPU for items that were served: do they watch the processes behind the URLs?",
    );
  return { ...before, gate: observe(before.gate, Math.log(instrumented / plain), before.plan) };
};

export interface Told {
  verdict: Gate["verdict"];
  estimatePercent: number;
  lowerPercent?: number;
  upperPercent?: number;
  message: string;
}

/** With the 90 % interval, which holds at every look. */
export const told = ({ gate, plan, limit }: Beside): Told => {
  const estimatePercent = gate.pairs === 0 ? 0 : percent(gate.sum / gate.pairs);
  const found = interval(gate, { rho: plan.rho, alpha: 0.1 });
  const [lower, upper] = [found && percent(found.lower), found && percent(found.upper)];
  return {
    verdict: gate.verdict,
    estimatePercent,
    ...(lower === undefined || upper === undefined
      ? {}
      : { lowerPercent: lower, upperPercent: upper }),
    message: `${gate.verdict === "Running" ? "Inconclusive" : gate.verdict}: the instrumented service uses ${percentText(estimatePercent)} CPU ${bounds(lower, upper)} of the plain one, ${gate.pairs} blocks, limit ${limit.marginPercent} %`,
  };
};
