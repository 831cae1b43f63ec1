/**
 * The name that Prometheus gives to a metric it receives by OTLP, with its default translation
 * (UnderscoreEscapingWithSuffixes). Only the units in use here; names.rig.test.ts asks a real Prometheus.
 */
export interface Metric {
  name: string;
  unit: string;
  kind: "counter" | "gauge" | "histogram";
}

const units: Record<string, string> = { s: "seconds", ms: "milliseconds", By: "bytes" };
const perUnits: Record<string, string> = { s: "second", m: "minute" };

/** Units in braces are remarks. */
const isRemark = (unit: string): boolean => unit === "" || unit.includes("{");

const unitSuffix = (unit: string): string => {
  const [main = "", per = ""] = unit.split("/");
  const parts = [
    isRemark(main) || main === "1" ? "" : (units[main] ?? main),
    isRemark(per) ? "" : `per_${perUnits[per] ?? per}`,
  ];
  return parts.filter((part) => part !== "").join("_");
};

const kindSuffix = ({ kind, unit }: Metric): string => {
  if (kind === "counter") return "total";
  return kind === "gauge" && unit === "1" ? "ratio" : "";
};

export const prometheusName = (metric: Metric): string => {
  const base = metric.name.replace(/[^A-Za-z0-9_]/g, "_").replace(/_+/g, "_");
  const words = base.split("_");
  const suffixes = [unitSuffix(metric.unit), kindSuffix(metric)].filter(
    (suffix) => suffix !== "" && !words.includes(suffix),
  );
  return [base, ...suffixes].join("_");
};
