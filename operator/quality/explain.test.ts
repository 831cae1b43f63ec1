import { describe, expect, test } from "@jest/globals";
import type { ParityRow } from "@flashcard-otel/verdict/paritymap.ts";
import type { Prometheus, Series } from "../measurement/prometheus.ts";
import { component, spec, status, world } from "../migration/scenes.ts";
import { explainRows, partialIn } from "./explain.ts";
import { span, trace } from "./testing/scene.ts";

const window = { start: 100, end: 160 };

const row: ParityRow = {
  row: "15",
  name: "queries",
  legacy: "old_queries_total",
  otel: "new_total",
  path: "otlp",
  kind: "counter",
  unitFactor: 1,
  labels: {},
  tolerancePercent: 1,
  spans: { where: { "span.kind": ["client"] }, labels: {} },
};

/** One per second. */
const counted = (labels: Record<string, string>): Series => ({
  labels,
  points: Array.from({ length: 11 }, (_, nth) => ({ at: 70 + nth * 10, value: nth * 10 })),
});

const moments = Array.from({ length: 120 }, (_, nth) => 60.5 + nth);
const ended = (kind: string) => (at: number) =>
  trace(span({ pod: "api-1", startMicros: at * 1_000_000, tags: { "span.kind": kind } }));

interface Scene {
  rows?: ParityRow[];
  services?: string[];
  partial?: string;
  /** What the old and the new Prometheus have. */
  old?: Series[];
  fresh?: Series[];
  kinds?: string[];
}

const look = (scene: Scene = {}) => {
  const { kinds = ["client", "server"], services = ["api"] } = scene;
  const traces = kinds.flatMap((kind) => moments.map(ended(kind)));
  const asked: string[] = [];
  const having = (series: Series[]): Prometheus => ({
    query: async () => [],
    raw: async (selector) => {
      asked.push(selector);
      return series;
    },
    range: async () => [],
    rules: async () => [],
  });
  const startOf = ({ spans }: (typeof traces)[number]) => (spans[0]?.startMicros ?? 0) / 1_000_000;
  const doors = {
    legacy: having(scene.old ?? [counted({ pod: "api-1" })]),
    otel: having(scene.fresh ?? [counted({ k8s_pod_name: "api-1" })]),
    traces: {
      search: async ({ from, to, limit }: { from: number; to: number; limit: number }) =>
        traces.filter((one) => startOf(one) >= from && startOf(one) <= to).slice(0, limit),
      trace: async () => undefined,
      names: async () => [],
    },
  };
  const wish = { rows: scene.rows ?? [row], services, partial: scene.partial };
  return explainRows(wish, doors, window).then((rows) => ({ rows, asked }));
};

test("a row for each that names spans, and one for the requests that agents count", async () => {
  const { spans: _spans, ...silent } = { ...row, row: "16" };
  expect((await look({ rows: [row, silent] })).rows).toEqual([
    {
      row: "15 queries: spans",
      verdict: "Match",
      message: "spans explain 100.000 % of 60 operations",
    },
    {
      row: "requests: spans",
      verdict: "Match",
      message: "spans explain 100.000 % of 60 operations",
    },
  ]);
});

test("each is held to its own spans", async () => {
  const { rows } = await look({ kinds: ["client"] });
  expect(rows.map(({ verdict }) => verdict)).toEqual(["Match", "Differs"]);
});

test("a component that takes no requests, or a Prometheus that does not name pods, is no trouble", async () => {
  const { rows } = await look({ fresh: [counted({})] });
  expect(rows[1]).toMatchObject({ row: "requests: spans", verdict: "NotApplicable" });
});

test("an old series that does not name its pod is no evidence", async () => {
  expect((await look({ old: [counted({})] })).rows[0]?.verdict).toBe("NoEvidence");
});

describe("where spans are left out on purpose nothing is counted", () => {
  test.each<[string, Scene, string]>([
    ["as somebody said", { partial: "api has profile Sampled" }, "api has profile Sampled"],
    ["by everybody", { services: [] }, "nobody records traces"],
  ])("%s", async (_who, scene, message) => {
    const { rows } = await look(scene);
    for (const one of rows) expect(one).toMatchObject({ verdict: "NotApplicable", message });
    expect(rows.length).toBeGreaterThan(0);
  });
});

test("where nothing names spans and nobody records any, nobody is asked", async () => {
  expect(await look({ rows: [], services: [] })).toEqual({ rows: [], asked: [] });
});

describe("spans are all there", () => {
  const partial = (profile: "Lean" | "Sampled" | "Full", phase: "Instrumented" | "Validated") => {
    const backends = { collector: { tailSampling: {} } };
    const components = [component({ stage: "Instrumented", profile })];
    return partialIn(
      world({ spec: spec({ backends }), status: status({ phase, components }) }).migration,
    );
  };

  test("of profile Lean, until the collector may leave traces out", () => {
    expect(partial("Lean", "Instrumented")).toBeUndefined();
    expect(partial("Lean", "Validated")).toContain("tailSampling");
  });

  test.each(["Sampled", "Full"] as const)("but not, or not by these names, of %s", (profile) => {
    expect(partial(profile, "Instrumented")).toContain(`api has profile ${profile}`);
  });
});
