/** Kubernetes quantities. Pure. */

const FACTORS: Record<string, number> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Undefined when absent or not understood. */
export const amountOf = (quantity: string | undefined): number | undefined => {
  const [, number, suffix] = /^([0-9.]+(?:e[0-9]+)?)([a-zA-Z]*)$/.exec(quantity ?? "") ?? [];
  const factor = FACTORS[suffix ?? "?"];
  return factor === undefined ? undefined : Number(number) * factor;
};
