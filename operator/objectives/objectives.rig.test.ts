/** The rules of objectives of a resource, by promtool: what the agents send makes the right ones fire. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { ensure, pathOf } from "../../cluster/artefacts/ensure.ts";
import { settingsFrom } from "../../cluster/settings.ts";
import { spec, world } from "../migration/scenes.ts";
import { objectiveManifests } from "./manifests.ts";

let promtool: string;
let folder: string;

beforeAll(async () => {
  const paths = await ensure(settingsFrom(process.env), ["prometheus"]);
  promtool = join(pathOf(paths, "prometheus"), "bin", "promtool");
  folder = await mkdtemp(join(tmpdir(), "objectives-"));
}, 600_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const OBJECTIVES = [
  { name: "up", targetPercent: 99, component: "api", indicator: "Availability" },
  { name: "quick", targetPercent: 99, component: "api", indicator: "Latency", thresholdSeconds: 1 },
  {
    name: "orders",
    targetPercent: 99,
    good: "sum(rate(orders_done_total[$window]))",
    total: "sum(rate(orders_total[$window]))",
  },
];

const requests = "http_server_request_duration_seconds";
const job = 'job="shop/api"';

/** Growth in each minute. */
const healthy: Record<string, number> = {
  [`${requests}_count{${job},http_response_status_code="200"}`]: 100,
  [`${requests}_bucket{${job},le="1"}`]: 100,
  orders_done_total: 50,
  orders_total: 50,
};
const failing = {
  [`${requests}_count{${job},http_response_status_code="503"}`]: 40,
  [`${requests}_bucket{${job},le="1"}`]: 140,
};
const slow = { [`${requests}_bucket{${job},le="1"}`]: 60 };
/** Nothing was ever done: there is not even a series of it. */
const undone = { orders_done_total: 0 };

const fastAfter = async (name: string, changed: Record<string, number>): Promise<string> => {
  const { migration } = world({ spec: spec({ objectives: OBJECTIVES }) });
  const [rules] = objectiveManifests(migration);
  const [text = ""] = Object.values(rules?.data ?? {});
  await writeFile(join(folder, "rules.yaml"), text);
  const series = Object.entries({ ...healthy, ...changed }).filter(([, growth]) => growth > 0);
  const tests = {
    rule_files: ["rules.yaml"],
    tests: [
      {
        interval: "1m",
        input_series: series.map(([one, growth]) => ({ series: one, values: `0+${growth}x60` })),
        promql_expr_test: [
          {
            expr: 'count by (slo) (ALERTS{alertname="ObjectiveBurnsFast"})',
            eval_time: "60m",
            exp_samples: name === "" ? [] : [{ labels: `{slo="${name}"}`, value: 1 }],
          },
        ],
      },
    ],
  };
  const file = join(folder, "test.yaml");
  await writeFile(file, stringify(tests));
  return promisify(execFile)(promtool, ["test", "rules", file]).then(
    ({ stdout }) => stdout,
    (error: unknown) => (error as { stderr: string }).stderr,
  );
};

test.each([
  ["", {}],
  ["up", failing],
  ["quick", slow],
  ["orders", undone],
])("of all objectives %j burns", async (name, changed) => {
  expect(await fastAfter(name, changed)).toContain("SUCCESS");
});
