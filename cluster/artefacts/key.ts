import { createHash } from "node:crypto";

/** Everything that a result depends on, by name. */
export type Inputs = Readonly<Record<string, string>>;

/** Twelve hex digits over all inputs; the order in which they are named does not matter. */
export const keyOf = (inputs: Inputs): string => {
  const hash = createHash("sha256");
  for (const name of Object.keys(inputs).toSorted()) {
    const value = inputs[name] ?? "";
    // Lengths keep ("ab", "c") and ("a", "bc") apart.
    hash.update(`${name.length}:${name}${value.length}:${value}`);
  }
  return hash.digest("hex").slice(0, 12);
};
