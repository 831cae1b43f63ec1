import { describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { memoryCluster } from "../cluster/memory.ts";
import { type Asked, answers, matrix, vector } from "../measurement/testing/answers.ts";
import { NOW, spec, status, world } from "../migration/scenes.ts";
import { recordBaseline } from "./baseline.ts";
import { compareWindow } from "./compare.ts";

const OLD = "http://old:9090";
const NEW = "http://pipeline-prometheus.shop.svc:9090";
const now = NOW.getTime() / 1000;
const iso = (secondsAgo: number): string => new Date((now - secondsAgo) * 1000).toISOString();

const row = {
  row: "1",
  name: "calls",
  legacy: "old_total",
  otel: "new_total",
  path: "otlp",
  kind: "counter",
  unitFactor: 1,
  labels: {},
  tolerancePercent: 5,
};

interface Scene {
  map?: string;
  podStarted?: number;
  parity?: unknown;
  old?: unknown;
  new?: unknown;
  baseline?: unknown;
}

const isOfGovernors = ({ form }: Asked): boolean => /governor_level/.test(form["query"] ?? "");

/** A counter that grows by `rate` per second, beside a governor that leaves nothing out, or what is said. */
const growing =
  (rate: number, ...levels: Parameters<typeof vector>) =>
  (asked: Asked): unknown => {
    if (isOfGovernors(asked)) return vector(...levels);
    return matrix([
      {},
      Array.from({ length: 30 }, (_, index): [number, number] => {
        const at = now - 290 + index * 10;
        return [at, (at - now + 1000) * rate];
      }),
    ]);
  };

const act = (scene: Scene = {}) => {
  const cluster = memoryCluster();
  if (scene.map !== "")
    cluster.put({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "map", namespace: "shop" },
      data: { "parity.yaml": scene.map ?? stringify({ version: 1, rows: [row] }) },
    });
  const seen = world({
    spec: spec({
      target: "Validated",
      legacy: { prometheus: { url: `${OLD}/` } },
      parity: { map: { configMap: "map" }, windowSeconds: 60 },
    }),
    status: status({
      ...(scene.parity ? { parity: scene.parity } : {}),
      ...(scene.baseline ? { baseline: scene.baseline } : {}),
    }),
  });
  const { fetch, asked } = answers({
    [OLD]: scene.old ?? growing(2),
    [NEW]: scene.new ?? growing(2),
  });
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "p",
      labels: {
        "flashcard-otel.dev/migration": "pipeline",
        "app.kubernetes.io/component": "prometheus",
      },
    },
    status: { startTime: iso(scene.podStarted ?? 200) },
  };
  const doors = { cluster, fetch, inventory: { replicaSets: [], pods: [pod], jobs: [] } };
  return { seen, doors, asked };
};

const compare = (scene: Scene = {}) => {
  const { seen, doors } = act(scene);
  return compareWindow(seen, doors);
};

describe("the gate of the numbers", () => {
  test("a dropped row without a successor is asked of nobody", async () => {
    const { otel: _otel, ...rest } = { ...row, row: "2", legacy: "gone", dropped: "unread" };
    const { seen, doors, asked } = act({ map: stringify({ version: 1, rows: [row, rest] }) });
    const { parity } = await compareWindow(seen, doors);
    expect(parity?.rows.map(({ verdict }) => verdict)).toEqual(["Match", "Dropped"]);
    expect(asked.filter((one) => !isOfGovernors(one))).toHaveLength(2);
  });

  test("passes when every row agrees over a full window", async () => {
    const { gate, parity } = await compare();
    expect(gate).toMatchObject({ passed: true, reason: "MetricsAgree" });
    expect(parity?.rows).toEqual([
      { row: "1 calls", verdict: "Match", message: "1 label combination within 5 %" },
    ]);
    expect(Date.parse(parity?.windowEnd ?? "") - Date.parse(parity?.windowStart ?? "")).toBe(
      60_000,
    );
  });

  test("names the row that differs and says by how much", async () => {
    const { gate } = await compare({ new: growing(1) });
    expect(gate).toMatchObject({ passed: false, reason: "MetricsDiffer" });
    expect(gate.message).toMatch(/^1 calls Differs: .* was 120 and is 60 \(-50.0 %/);
  });

  test("names a governor that left something out where a row differs, and only there", async () => {
    const { gate, parity } = await compare({
      new: growing(1, [{ service_name: "api" }, 8]),
      map: stringify({ version: 1, rows: [row, { ...row, row: "2", dropped: "unread" }] }),
    });
    expect(gate.message).toMatch(
      /^1 calls Differs: the governor of api left something out \(level 8\): .* was 120 and is 60/,
    );
    expect(parity?.rows[1]?.message).not.toContain("governor");
  });

  test("is not passed without evidence", async () => {
    const { gate } = await compare({ old: matrix(), new: matrix() });
    expect(gate).toMatchObject({ passed: false });
    expect(gate.message).toContain("NoEvidence");
  });

  test("waits until a window without a young pod is over", async () => {
    const { gate, parity } = await compare({ podStarted: 30 });
    expect(gate.reason).toBe("WaitingForWindow");
    expect(parity).toBeUndefined();
  });

  const known = (verdict: string) => ({
    windowStart: iso(85),
    windowEnd: iso(25),
    rows: [{ row: "1 calls", verdict, message: "seen before" }],
  });

  test("does not ask again before there is something new to see", async () => {
    const { seen, doors, asked } = act({ parity: known("Match") });
    expect((await compareWindow(seen, doors)).gate.passed).toBe(true);
    expect(asked).toEqual([]);
    const open = await compare({ parity: known("Differs") });
    expect(open.gate.message).toMatch(/1 calls Differs: seen before; again in \d+ s/);
  });

  test("forgets what was compared before the present pods ran", async () => {
    const { gate } = await compare({ parity: known("Match"), podStarted: 60 });
    expect(gate.reason).toBe("WaitingForWindow");
  });

  test.each<[string, string, Scene]>([
    ["no ConfigMap", "ParityMapMissing", { map: "" }],
    ["a map that is no YAML", "ParityMapInvalid", { map: "{" }],
    ["a map with a mistake", "ParityMapInvalid", { map: stringify({ version: 1, rows: [{}] }) }],
    ["a Prometheus that does not answer", "CannotAsk", { old: new Error("away") }],
  ])("says what is wrong with %s", async (_what, reason, scene) => {
    expect((await compare(scene)).gate).toMatchObject({ passed: false, reason });
  });
});

describe("the baseline", () => {
  const record = (scene: Scene = {}) => {
    const { seen, doors } = act(scene);
    return recordBaseline(seen, doors);
  };

  test("counts the series of the map that the old Prometheus has", async () => {
    expect(await record({ old: vector([{ pod: "a" }, 1], [{ pod: "b" }, 1]) })).toEqual({
      gate: expect.objectContaining({ passed: true, reason: "BaselineRecorded" }),
      baseline: { recordedAt: NOW.toISOString(), series: 2 },
    });
  });

  test("is not recorded while there is nothing to see", async () => {
    expect((await record({ old: vector() })).gate).toMatchObject({
      passed: false,
      reason: "LegacySilent",
    });
  });

  test("is recorded once", async () => {
    const baseline = { recordedAt: iso(500), series: 7 };
    const found = await record({ baseline, old: new Error("away") });
    expect(found.gate.passed).toBe(true);
    expect(found.baseline).toBeUndefined();
  });
});
