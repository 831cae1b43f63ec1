import { beforeEach, describe, expect, test } from "@jest/globals";
import { ClusterError, type Manifest } from "../cluster/cluster.ts";
import { memoryCluster, type MemoryCall, type MemoryCluster } from "../cluster/memory.ts";
import { NOW, spec, world } from "../migration/scenes.ts";
import type { Phase } from "../migration/schema.ts";
import type { Gate, SwitchWorld } from "../migration/types.ts";
import { type Answers, answers, material, OLD, SPEC, twoPrometheus } from "./scene.ts";
import { observeSwitch, retireGuard, stepOfSwitch } from "./switching.ts";

let cluster: MemoryCluster;
let known: Answers;
let refusal: ((call: MemoryCall) => Error | undefined) | undefined;
let seconds: number;

/** Past the door: what Prometheus sees is no call of ours. */
const finder = (objects: MemoryCluster) => async (name: string) =>
  objects.objects().find(({ metadata }) => metadata.name === name);

const deps = () => ({
  cluster,
  fetch: twoPrometheus(finder(cluster), known),
  now: () => new Date(NOW.getTime() + seconds * 1000),
});

const READS = ["read", "list", "logs"];
const isWrite = ({ verb }: MemoryCall): boolean => !READS.includes(verb);

beforeEach(() => {
  refusal = undefined;
  known = answers();
  seconds = 0;
  cluster = memoryCluster({ fail: (call) => refusal?.(call) });
  for (const object of material()) cluster.put(object);
});

const look = async (goal: Phase, difference = {}): Promise<SwitchWorld> => {
  const before = world({ spec: spec({ ...SPEC, ...difference }) });
  const switching = await observeSwitch(before, goal, deps());
  await stepOfSwitch({ ...before, switching }, goal, deps());
  seconds += 60;
  return switching;
};

const until = async (
  end: "complete" | "undone",
  goal: Phase,
  difference = {},
): Promise<string[]> => {
  const reasons: string[] = [];
  for (let turn = 0; turn < 40; turn += 1) {
    try {
      const seen = await look(goal, difference);
      reasons.push(seen.gate.reason);
      if (seen[end]) return reasons;
    } catch {
      // As the controller does: look again.
    }
  }
  throw new Error(`not ${end} after 40 looks: ${reasons.join()}`);
};

/** What a user sees of an object: without the server's book-keeping. */
const visible = ({ metadata: { name, labels, annotations = {} }, data }: Manifest) => ({
  name,
  labels,
  annotations,
  data,
});
const all = () =>
  cluster
    .objects()
    .map(visible)
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
const object = (name: string) => cluster.objects().find(({ metadata }) => metadata.name === name);

const writes = () => cluster.calls.filter(isWrite).map(({ verb, name }) => `${verb} ${name}`);

const ORDER = [
  "LoadSilently",
  "SeeEvaluated",
  "RouteNew",
  "ShowNew",
  "HideOld",
  "KeepOldRules",
  "RemoveOldRules",
];

describe("the way there", () => {
  test("goes in the pinned order, one write per look", async () => {
    expect(await until("complete", "Switched")).toEqual([...ORDER, "EverythingSwitched"]);
    expect(writes()).toEqual([
      "apply pipeline-rules",
      "apply pipeline-rules",
      "apply pipeline-rules",
      "merge board-otel",
      "merge board-legacy",
      "apply rules-legacy-before-switch",
      "merge rules-legacy",
    ]);
  });

  test("ends with the new side shown and routed, and the old side quiet and kept", async () => {
    const before = object("rules-legacy")?.data;
    await until("complete", "Switched");
    expect(object("board-otel")?.metadata.labels).toEqual({ app: "shop", grafana_dashboard: "1" });
    expect(object("board-legacy")?.metadata.labels).toEqual({
      app: "shop",
      grafana_dashboard: "0",
    });
    expect(object("rules-legacy")?.data).toEqual({
      "legacy.yaml": "groups: []\n",
      README: "not a rule file: [",
    });
    expect(object("rules-legacy-before-switch")?.data).toEqual(before);
    expect(object("pipeline-rules")?.data?.["otel.yaml"]).toContain(
      'edition: otel\n          routed: "true"',
    );
  });

  test("loads the rules silently first", async () => {
    await look("Switched");
    expect(object("pipeline-rules")?.data?.["otel.yaml"]).toContain('routed: "false"');
    expect(object("pipeline-rules")?.metadata.labels).toMatchObject({
      "flashcard-otel.dev/keep": "true",
    });
  });

  test("a switched migration writes nothing more", async () => {
    await until("complete", "Switched");
    const before = writes().length;
    await look("Switched");
    await look("Retired");
    expect(writes()).toHaveLength(before);
  });

  test("a gate that was passed for another step is not used", async () => {
    const before = world({ spec: spec(SPEC) });
    const switching = await observeSwitch(before, "Validated", deps());
    await stepOfSwitch({ ...before, switching }, "Switched", deps());
    expect(writes()).toEqual([]);
  });

  test("without rules only the dashboards are switched, without both nothing is", async () => {
    expect(await until("complete", "Switched", { alerts: undefined })).toEqual([
      "ShowNew",
      "HideOld",
      "EverythingSwitched",
    ]);
    const none = await look("Switched", { alerts: undefined, dashboards: undefined });
    expect(none).toMatchObject({
      complete: true,
      undone: true,
      gate: { reason: "NothingToSwitch" },
    });
  });

  test("rules that are edited later keep their routing", async () => {
    await until("complete", "Switched");
    const edited = object("rules-otel")?.data?.["otel.yaml"]?.replace("critical", "warning") ?? "";
    cluster.put({ ...object("rules-otel"), data: { "otel.yaml": edited } } as Manifest);
    await until("complete", "Switched");
    expect(object("pipeline-rules")?.data?.["otel.yaml"]).toMatch(/warning[^]*routed: "true"/);
  });

  test("rules that are edited are not taken for evaluated while Prometheus still has those from before", async () => {
    await until("complete", "Switched");
    known.loaded = object("pipeline-rules") as Manifest;
    const edited = object("rules-otel")?.data?.["otel.yaml"]?.replace("> 1", "> 2") ?? "";
    cluster.put({ ...object("rules-otel"), data: { "otel.yaml": edited } } as Manifest);
    await look("Switched");
    expect((await look("Switched")).gate).toMatchObject({
      passed: false,
      reason: "RulesNotLoaded",
    });
    delete known.loaded;
    await until("complete", "Switched");
  });

  test("old rules that come back by a new release are kept in their new form", async () => {
    await until("complete", "Switched");
    const release = {
      "legacy.yaml": "groups: []\n",
      "more.yaml": "groups: [{ name: more, rules: [] }]",
    };
    const present = object("rules-legacy") as Manifest;
    cluster.put({ ...present, data: release });
    await until("complete", "Switched");
    expect(object("rules-legacy")?.data?.["more.yaml"]).toBe("groups: []\n");
    await until("undone", "Validated");
    expect(object("rules-legacy")?.data).toEqual({
      "legacy.yaml": material()[0]?.data?.["legacy.yaml"],
      "more.yaml": release["more.yaml"],
    });
  });
});

describe("the way back", () => {
  test("leaves the user's objects exactly as they were, and nothing of ours", async () => {
    const before = all();
    await until("complete", "Switched");
    await until("undone", "Validated");
    expect(all()).toEqual(before);
  });

  test("is taken in one look, in the reverse order", async () => {
    await until("complete", "Switched");
    const there = writes().length;
    await look("Instrumented");
    expect(writes().slice(there)).toEqual([
      "merge rules-legacy",
      "merge rules-legacy",
      "remove rules-legacy-before-switch",
      "merge board-legacy",
      "merge board-legacy",
      "merge board-otel",
      "merge board-otel",
      "apply pipeline-rules",
      "remove pipeline-rules",
    ]);
    expect(await look("Instrumented")).toMatchObject({
      undone: true,
      gate: { passed: true, reason: "NotSwitched" },
    });
  });

  test("needs neither Prometheus nor the user's new rules", async () => {
    await until("complete", "Switched");
    known.down = ["http://"];
    cluster.drop({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "rules-otel" });
    await until("undone", "Validated");
    expect(object("pipeline-rules")).toBeUndefined();
  });

  test("a migration that never switched touches nothing", async () => {
    await look("Validated");
    expect(writes()).toEqual([]);
  });

  test("a label that had another value gets it back", async () => {
    const present = object("board-otel") as Manifest;
    cluster.put({
      ...present,
      metadata: { ...present.metadata, labels: { grafana_dashboard: "no" } },
    });
    await until("complete", "Switched");
    await until("undone", "Validated");
    expect(object("board-otel")?.metadata.labels).toEqual({ grafana_dashboard: "no" });
  });
});

describe("a crash", () => {
  /** The nth write is refused once, before or after it took place is the same to a level-based switch. */
  const failing = (nth: number): void => {
    let count = 0;
    refusal = (call) => {
      if (!isWrite(call)) return undefined;
      count += 1;
      return count === nth ? new ClusterError("Unavailable", "gone") : undefined;
    };
  };

  test.each([1, 2, 3, 4, 5, 6, 7])(
    "before write %i on the way there ends at the same place",
    async (nth) => {
      await until("complete", "Switched");
      const there = all();
      await until("undone", "Validated");
      failing(nth);
      await until("complete", "Switched");
      const ignoring = (objects: ReturnType<typeof all>) =>
        JSON.stringify(objects).replaceAll(/"flashcard-otel.dev\/evaluated-since":"[^"]*"/g, "");
      expect(ignoring(all())).toBe(ignoring(there));
    },
  );

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("before write %i on the way back too", async (nth) => {
    const before = all();
    await until("complete", "Switched");
    failing(nth);
    await until("undone", "Validated");
    expect(all()).toEqual(before);
  });

  test.each(ORDER.map((_, index) => index + 1))(
    "after %i steps the way back is open",
    async (steps) => {
      const before = all();
      for (let step = 0; step < steps; step += 1) await look("Switched");
      await until("undone", "Validated");
      expect(all()).toEqual(before);
    },
  );

  test("somebody else's edit between look and write is not lost", async () => {
    for (let step = 0; step < 6; step += 1) await look("Switched");
    const edited = { "legacy.yaml": "groups: [{ name: edited, rules: [] }]" };
    refusal = ({ verb, name }) => {
      if (verb !== "merge" || name !== "rules-legacy") return undefined;
      refusal = undefined;
      cluster.put({ ...(object("rules-legacy") as Manifest), data: edited });
      return undefined;
    };
    await until("complete", "Switched");
    expect(object("rules-legacy-before-switch")?.data).toEqual(edited);
  });
});

describe("the gate", () => {
  const advanceTo = async (step: string): Promise<void> => {
    for (let turn = ORDER.indexOf(step); turn > 0; turn -= 1) await look("Switched");
  };
  const gateNow = async (difference = {}): Promise<Gate> =>
    (await look("Switched", difference)).gate;

  test.each<[string, string, () => void, string]>([
    [
      "SeeEvaluated",
      "RuleBroken",
      () => (known.health["new"] = "vector contains 2 series"),
      "Failing: vector contains 2 series",
    ],
    ["RouteNew", "RuleBroken", () => (known.health["new"] = "many-to-many"), "many-to-many"],
    ["RouteNew", "RulesTooYoung", () => (seconds -= 30), "10 s to go"],
    ["RouteNew", "LegacyAlertActive", () => (known.state.old = "pending"), "Failing is pending"],
    [
      "RemoveOldRules",
      "LegacyAlertActive",
      () => (known.state.old = "firing"),
      "Failing is firing",
    ],
    ["RouteNew", "AlertsDisagree", () => (known.state.new = "firing"), "Failing is firing"],
    [
      "RouteNew",
      "SeriesMissing",
      () => (known.series = known.series.filter((name) => name !== "new_errors_total")),
      "Failing reads new_errors_total",
    ],
    [
      "RouteNew",
      "PanelsEmpty",
      () => (known.series = known.series.filter((name) => name !== "new_calls_total")),
      "Shop: Calls",
    ],
    ["RouteNew", "CannotAsk", () => (known.down = [OLD]), "old:9090"],
  ])("before %s stays shut with %s", async (...[step, reason, spoil, said]) => {
    await advanceTo(step);
    spoil();
    const before = writes().length;
    const gate = await gateNow();
    expect(gate).toMatchObject({ passed: false, reason });
    expect(gate.message).toContain(said);
    expect(writes()).toHaveLength(before);
  });

  test("what is empty on both sides is not held against the new one", async () => {
    await advanceTo("RouteNew");
    known.series = ["old_calls_total", "new_calls_total"];
    expect(await gateNow()).toMatchObject({ passed: true, reason: "RouteNew" });
  });

  test("an alert may read a series that is not there when it sees enough in another", async () => {
    const present = object("rules-otel") as Manifest;
    const either = present.data?.["otel.yaml"]?.replace(
      "rate(new_errors_total[1m])",
      "(new_errors_total or rare_errors_total)",
    );
    cluster.put({ ...present, data: { "otel.yaml": either ?? "" } });
    await advanceTo("RouteNew");
    expect(await gateNow()).toMatchObject({ passed: true, reason: "RouteNew" });
  });

  test("both sides all empty is no evidence", async () => {
    await advanceTo("RouteNew");
    known.series = [];
    expect(await gateNow()).toMatchObject({ passed: false, reason: "PanelsEmpty" });
  });

  test("rules that Prometheus does not show yet are waited for", async () => {
    await look("Switched");
    const stale = twoPrometheus(finder(memoryCluster()), known);
    const seen = await observeSwitch(world({ spec: spec(SPEC) }), "Switched", {
      ...deps(),
      fetch: stale,
    });
    expect(seen.gate).toMatchObject({ passed: false, reason: "RulesNotLoaded" });
  });

  test.each([
    [
      "ConfigMapMissing",
      () =>
        cluster.drop({
          apiVersion: "v1",
          kind: "ConfigMap",
          namespace: "shop",
          name: "board-otel",
        }),
    ],
    [
      "FilesUnreadable",
      () => cluster.put({ ...(object("rules-otel") as Manifest), data: { "x.yaml": "groups: {" } }),
    ],
    ["FilesFixed", () => cluster.put({ ...(object("rules-legacy") as Manifest), immutable: true })],
  ])("%s is said before anything is written", async (reason, spoil) => {
    spoil();
    expect(await gateNow()).toMatchObject({ passed: false, reason });
    expect(writes()).toEqual([]);
  });

  test("without an address of the old Prometheus alerts are not switched", async () => {
    expect(await gateNow({ legacy: undefined })).toMatchObject({
      passed: false,
      reason: "NoLegacyPrometheus",
    });
  });
});

describe("the guard of the retire step", () => {
  const guard = (difference = {}) =>
    retireGuard(world({ spec: spec({ ...SPEC, ...difference }) }), deps());
  const map = (legacy: string, otel: string, ...more: object[]) =>
    cluster.put({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "map", namespace: "shop" },
      data: {
        "parity.yaml": JSON.stringify({
          version: 1,
          rows: [
            {
              row: "1",
              name: "errors",
              kind: "counter",
              path: "otlp",
              unitFactor: 1,
              aggregation: "sum",
              tolerancePercent: 5,
              labels: {},
              legacy,
              otel,
            },
            ...more,
          ],
        }),
      },
    });
  const PARITY = { parity: { map: { configMap: "map" } } };

  test("names the dashboard that still reads a legacy series", async () => {
    expect(await guard()).toEqual({
      passed: false,
      reason: "StillRead",
      message: [
        "rule Failing in ConfigMap rules-legacy still reads old_errors_total",
        "dashboard a.json in ConfigMap board-legacy still reads old_calls_total",
        "dashboard a.json in ConfigMap board-legacy still reads old_errors_total",
        "rule Failing of the old Prometheus still reads old_errors_total",
      ].join("; "),
    });
  });

  test("is passed after the switch", async () => {
    await until("complete", "Switched");
    expect(await guard()).toMatchObject({ passed: true, reason: "NoReaders" });
  });

  test("finds a planted reader on somebody's own dashboard, by the parity map", async () => {
    map('old_latency_seconds{x="y"}', "new_latency_seconds");
    await until("complete", "Switched");
    expect(await guard(PARITY)).toMatchObject({ passed: true });
    cluster.put({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "planted", namespace: "shop", labels: { grafana_dashboard: "1" } },
      data: {
        "p.json": JSON.stringify({
          title: "P",
          panels: [{ targets: [{ expr: "rate(old_latency_seconds_bucket[5m])" }] }],
        }),
      },
    });
    expect((await guard(PARITY)).message).toBe(
      "dashboard p.json in ConfigMap planted still reads old_latency_seconds_bucket",
    );
  });

  test("a row that was dropped without a successor counts as legacy", async () => {
    const dropped = {
      row: "2",
      dropped: "nobody reads it",
      kind: "gauge",
      legacy: "old_calls_total",
    };
    const rest = { path: "otlp", unitFactor: 1, labels: {}, tolerancePercent: 0 };
    map("old_latency_seconds", "new_latency_seconds", { ...dropped, ...rest });
    expect((await guard(PARITY)).message).toBe(
      "dashboard a.json in ConfigMap board-legacy still reads old_calls_total",
    );
  });

  test("finds a new rule that reads an old series", async () => {
    const present = object("rules-otel") as Manifest;
    cluster.put({
      ...present,
      data: { "otel.yaml": present.data?.["otel.yaml"]?.replace("new_errors", "old_errors") ?? "" },
    });
    await until("complete", "Switched");
    expect((await guard()).message).toBe(
      "rule Failing in ConfigMap pipeline-rules still reads old_errors_total; rule Failing of the new Prometheus still reads old_errors_total",
    );
  });

  const rule = (record: string, labels?: Record<string, string>): Manifest => ({
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: { name: "theirs", namespace: "monitoring" },
    spec: { groups: [{ rules: [{ record, expr: "sum(rate(old_calls_total[5m]))", labels }] }] },
  });

  test("looks into the namespaces that are named, and only there", async () => {
    await until("complete", "Switched");
    cluster.put(rule("calls:rate5m"));
    expect(await guard()).toMatchObject({ passed: true });
    const named = { retire: { namespaces: ["monitoring"] } };
    expect(await guard(named)).toMatchObject({
      passed: false,
      message: "rule calls:rate5m in PrometheusRule theirs still reads old_calls_total",
    });
  });

  test("a bridge may go on reading the old series", async () => {
    await until("complete", "Switched");
    cluster.put(rule("bridge:old_calls_total:rate5m", { edition: "bridge" }));
    expect(await guard({ retire: { namespaces: ["monitoring"] } })).toMatchObject({ passed: true });
  });

  test("a cluster that does not know PrometheusRules has none", async () => {
    await until("complete", "Switched");
    refusal = ({ verb, kind }) =>
      verb === "list" && kind === "PrometheusRule"
        ? new ClusterError("NotFound", "the cluster does not know the kind")
        : undefined;
    expect(await guard()).toMatchObject({ passed: true });
  });

  test("a map that cannot be read is no proof", async () => {
    expect(await guard(PARITY)).toMatchObject({ passed: false, reason: "ParityMapMissing" });
  });
});
