/** What `overhead.ts` is told by its environment. */

type Environment = Record<string, string | undefined>;
type Side = "plain" | "instrumented";

export interface OverheadSettings {
  urls: Record<Side, string>;
  meters: Record<Side, string>;
  method: string;
  body: string;
  contentType: string;
  warmupItems: number;
  itemsPerBlock: number;
  blocks: number;
  marginPercent: number;
  alpha: number;
  seed: number;
}

/** Throws one sentence that names everything that is missing or wrong. */
export const overheadFrom = (env: Environment): OverheadSettings => {
  const trouble: string[] = [];
  const url = (name: string): string => {
    const value = env[name] ?? "";
    if (!/^https?:\/\/./.test(value)) trouble.push(`${name} is ${value || "not set"}: give a URL`);
    return value;
  };
  const above = (name: string, standard: number, most = Infinity): number => {
    const value = Number(env[name] || standard);
    if (!(value > 0 && value < most)) trouble.push(`${name} is ${env[name]}`);
    return value;
  };
  const settings: OverheadSettings = {
    urls: { plain: url("PLAIN_URL"), instrumented: url("INSTRUMENTED_URL") },
    meters: { plain: url("PLAIN_METER_URL"), instrumented: url("INSTRUMENTED_METER_URL") },
    method: env["METHOD"] ?? "GET",
    body: env["BODY"] ?? "",
    contentType: env["CONTENT_TYPE"] ?? "application/json",
    warmupItems: above("WARMUP_ITEMS", 1000),
    itemsPerBlock: above("ITEMS_PER_BLOCK", 200),
    blocks: above("BLOCKS", 60),
    marginPercent: above("MARGIN_PERCENT", 3),
    alpha: above("ALPHA", 0.05, 1),
    seed: above("SEED", 1),
  };
  if (trouble.length > 0) throw new Error(`reading the environment: ${trouble.join("; ")}`);
  return settings;
};
