/** Reads Prometheus' text format: `/metrics` of an application, or `/federate` of a Prometheus, which knows no types. Pure. */

export interface Measured {
  labels: Record<string, string>;
  value: number;
}

export interface Family {
  /** Without the suffixes of a histogram's parts. */
  name: string;
  kind: "counter" | "gauge" | "histogram" | "summary";
  /** Values of counters and gauges; of the others how often they observed. */
  series: Measured[];
  /** Of a histogram: what was observed, added up. */
  sum: number;
  /** Of a histogram, without infinity, rising. */
  bounds: number[];
}

export interface Sample extends Measured {
  name: string;
}

const SAMPLE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/;
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const NUMBERS: Record<string, number> = { "+Inf": Infinity, "-Inf": -Infinity, NaN: Number.NaN };

const lineOf = (text: string): Sample[] => {
  const [, name, labels = "", value = ""] = SAMPLE.exec(text) ?? [];
  if (name === undefined) return [];
  const pairs = [...labels.matchAll(LABEL)].map(([, key = "", said = ""]): [string, string] => [
    key,
    said.replaceAll(/\\(.)/g, (_all, sign: string) => (sign === "n" ? "\n" : sign)),
  ]);
  return [{ name, labels: Object.fromEntries(pairs), value: NUMBERS[value] ?? Number(value) }];
};

/** Line by line, without the comments. */
export const readSamples = (text: string): Sample[] => text.split("\n").flatMap(lineOf);

const TYPE = /^# TYPE (\S+) (counter|gauge|histogram|summary)\s*$/;

export const readExposition = (text: string): Family[] => {
  const lines = text.split("\n");
  const types = new Map(
    lines.flatMap((line): [string, Family["kind"]][] => {
      const [, name, kind] = TYPE.exec(line) ?? [];
      return name && kind ? [[name, kind as Family["kind"]]] : [];
    }),
  );
  const samples = readSamples(text);
  const whole = new Set(
    samples.flatMap(({ name, labels }) =>
      name.endsWith("_bucket") && labels["le"] !== undefined ? [bare(name)] : [],
    ),
  );
  for (const [name, kind] of types) if (kind === "summary") whole.add(name);
  const owner = ({ name }: Sample): string => (whole.has(bare(name)) ? bare(name) : name);
  return [...Map.groupBy(samples, owner)].map(([name, members]) =>
    whole.has(name)
      ? distribution(name, members, types.get(name) ?? "histogram")
      : { name, kind: types.get(name) ?? guessed(name), series: members, sum: 0, bounds: [] },
  );
};

const bare = (name: string): string => name.replace(/_(bucket|sum|count)$/, "");

const guessed = (name: string): Family["kind"] => (name.endsWith("_total") ? "counter" : "gauge");

const distribution = (name: string, members: Sample[], kind: Family["kind"]): Family => {
  const part = (suffix: string): Sample[] => members.filter((line) => line.name === name + suffix);
  const bounds = new Set(part("_bucket").map(({ labels }) => Number(labels["le"])));
  return {
    name,
    kind,
    series: part("_count"),
    sum: part("_sum").reduce((sum, { value }) => sum + value, 0),
    bounds: [...bounds].filter(Number.isFinite).toSorted((a, b) => a - b),
  };
};
