import { expect, test } from "@jest/globals";
import { memoryCluster } from "../../operator/cluster/memory.ts";
import { answers, matrix } from "../../operator/measurement/testing/answers.ts";
import { backends, dashboards } from "../testing/answers.ts";
import { NOW } from "../testing/builders.ts";
import { migrations } from "../testing/scene.ts";
import { boards, panelLines } from "./boards.ts";
import { migrationOf } from "./live.ts";
import { subjectOf } from "./subject.ts";

const [storefront] = migrations.map(migrationOf);
if (!storefront) throw new Error("the scene has no storefront");
const subject = subjectOf(storefront);
const cluster = memoryCluster();
dashboards.forEach((dashboard) => cluster.put(dashboard));
const doors = { cluster, fetch: backends(), now: () => NOW };

test("a dashboard is read with its rows, units and widths", async () => {
  const [board] = await boards({ subject, side: "otel" }, doors);
  expect(board?.title).toBe("Storefront");
  expect(board?.panels[0]).toEqual({
    title: "Requests",
    unit: "reqps",
    row: "Traffic",
    width: 1 / 3,
  });
  expect(board?.panels.at(-1)).toMatchObject({ title: "Memory", row: "Processes" });
});

test.each(["otel", "legacy"] as const)(
  "a panel of side %s asks its own Prometheus",
  async (side) => {
    const lines = await panelLines({ subject, side, board: 0, panel: 1, minutes: 15 }, doors);
    expect(lines.map(({ label }) => label)).toEqual(["p0.5", "p0.99"]);
    expect(lines[0]?.points.length).toBeGreaterThan(10);
  },
);

test.each([
  [
    [{ service: "orders" }, { service: "packer" }],
    ["orders", "packer"],
  ],
  [
    [
      { __name__: "a", job: "x", method: "GET", status: "200" },
      { __name__: "a", job: "x", method: "PUT", status: "500" },
    ],
    ["method=GET, status=200", "method=PUT, status=500"],
  ],
  [
    [{ service: "orders" }, {}],
    ["orders", "no service"],
  ],
  [[{ service: "orders" }], ["orders"]],
  [[{}], ["value"]],
])("series without a legend are called by what tells them apart: %j", async (labels, names) => {
  const board = { panels: [{ title: "One", targets: [{ expr: "up" }] }] };
  const name = "dashboard-otel";
  const own = memoryCluster();
  own.put({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "shop" },
    data: { "board.json": JSON.stringify(board) },
  });
  const points: [number, number][] = [[NOW.getTime() / 1000, 1]];
  const { fetch } = answers({
    "": matrix(...labels.map((one): [Record<string, string>, typeof points] => [one, points])),
  });
  const wish = { subject, side: "otel", board: 0, panel: 0, minutes: 15 } as const;
  const lines = await panelLines(wish, { ...doors, cluster: own, fetch });
  expect(lines.map(({ label }) => label)).toEqual(names);
});

test("a panel that is not there has no lines", async () => {
  expect(
    await panelLines({ subject, side: "otel", board: 3, panel: 1, minutes: 15 }, doors),
  ).toEqual([]);
});
