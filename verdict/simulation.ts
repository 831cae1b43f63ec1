/** Seeded experiments on the engine itself: how often it is wrong, and how soon it is right. Pure. */
import { emptyGate, type GatePlan, observe, planRho } from "./engine.ts";
import { gaussian, mulberry32 } from "./random.ts";

// Bound once: looked up as globals they dominate a simulation.
const { abs, log, sqrt } = Math;

/** Makes a source of noise with mean 0, standard deviation about 3 %, as differences of real blocks have it. */
type Noise = (uniform: () => number) => () => number;

const SIGMA = 0.03;

export const noises = {
  gaussian: (uniform) => {
    const normal = gaussian(uniform);
    return () => SIGMA * normal();
  },
  /** Student's t with three degrees of freedom: no fourth moment. */
  t3: (uniform) => {
    const normal = gaussian(uniform);
    return () => {
      const chi = normal() ** 2 + normal() ** 2 + normal() ** 2;
      return (SIGMA * normal()) / sqrt(chi);
    };
  },
  /** One block in twenty is hit by a neighbour, on either arm. */
  spikes: (uniform) => {
    const normal = gaussian(uniform);
    return () => normal() * (uniform() < 0.05 ? 0.12 : 0.012);
  },
  /** A machine that is calm for a while, then loaded for a while. */
  regime: (uniform) => {
    const normal = gaussian(uniform);
    let loaded = false;
    return () => {
      if (uniform() < 0.01) loaded = !loaded;
      return normal() * (loaded ? 0.05 : 0.01);
    };
  },
  /** Neighbouring blocks resemble each other (0.3); batches of five are one observation. */
  batched: (uniform) => {
    const normal = gaussian(uniform);
    let last = 0;
    const next = (): number => {
      last = 0.3 * last + SIGMA * normal();
      return last;
    };
    return () => (next() + next() + next() + next() + next()) / 5;
  },
  /** One place is slower than the other, slowly more and less so; the arms change places at random. */
  drift: (uniform) => {
    const normal = gaussian(uniform);
    let slower = 0;
    return () => {
      slower = 0.9 * slower + SIGMA * sqrt(1 - 0.81) * normal();
      return (uniform() < 0.5 ? slower : -slower) + 0.01 * normal();
    };
  },
} satisfies Record<string, Noise>;

export type Model = keyof typeof noises;
export const models = Object.keys(noises) as Model[];

export interface Simulation {
  model: Model;
  /** True centre, log scale. */
  truth: number;
  runs: number;
  /** Most observations of a run; there is a look after each. */
  looks: number;
  /** Of the first run; each run has the next. */
  seed: number;
}

const plan: GatePlan = {
  margin: log(1.01),
  rho: planRho({ sigma: SIGMA, pairs: 345, alpha: 0.05 }),
  alpha: 0.05,
};
export const MARGIN = plan.margin;

export interface Rates {
  /** Shares of the runs. */
  passed: number;
  failed: number;
}

/** A rule looks after each observation and may decide for good. */
type Rule = () => (d: number) => "Running" | "Passed" | "Failed";

const engine: Rule = () => {
  let gate = emptyGate;
  return (d) => {
    gate = observe(gate, d, plan);
    return gate.verdict;
  };
};

/** What people do: Student's paired t-test, p < 0.05, one-sided, each time they look. */
const tTest: Rule = () => {
  let [n, sum, squares] = [0, 0, 0];
  return (d) => {
    n += 1;
    sum += d;
    squares += d * d;
    if (n < 5) return "Running";
    const centre = sum / n;
    const error = sqrt((squares - n * centre * centre) / (n - 1) / n);
    const t = (centre - plan.margin) / error;
    if (abs(t) < critical(n - 1)) return "Running";
    return t < 0 ? "Passed" : "Failed";
  };
};

const Z95 = 1.6448536269514722;

/** 95 % quantile of Student's distribution (Cornish and Fisher, two terms: within 1 % from four degrees of freedom on). */
const critical = (degrees: number): number =>
  Z95 +
  (Z95 ** 3 + Z95) / (4 * degrees) +
  (5 * Z95 ** 5 + 16 * Z95 ** 3 + 3 * Z95) / (96 * degrees ** 2);

const rules = { engine, tTest };

export const simulate = (
  { model, truth, runs, looks, seed }: Simulation,
  rule: keyof typeof rules = "engine",
): Rates => {
  const count = { Running: 0, Passed: 0, Failed: 0 };
  for (let run = 0; run < runs; run += 1) {
    const noise = noises[model](mulberry32(seed + run));
    count[oneRun({ noise, truth, looks }, rules[rule]())] += 1;
  }
  return { passed: count.Passed / runs, failed: count.Failed / runs };
};

const oneRun = (
  { noise, truth, looks }: { noise: () => number; truth: number; looks: number },
  look: ReturnType<Rule>,
): "Running" | "Passed" | "Failed" => {
  for (let i = 0; i < looks; i += 1) {
    const verdict = look(truth + noise());
    if (verdict !== "Running") return verdict;
  }
  return "Running";
};
