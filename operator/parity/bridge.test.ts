import { expect, test } from "@jest/globals";
import type { ParityRow } from "@flashcard-otel/verdict/paritymap.ts";
import { bridgeRules } from "./bridge.ts";

const row = (difference: Partial<ParityRow>): ParityRow => ({
  row: "1",
  kind: "counter",
  legacy: "old_total",
  otel: "new_total",
  path: "otlp",
  unitFactor: 1,
  labels: {},
  tolerancePercent: 1,
  ...difference,
});

const records = (...rows: ParityRow[]) => bridgeRules(rows).map(({ record }) => record);

test("the old side is told in labels, values and units of the new one", () => {
  const labels = { ok: "status", model: "model" };
  const values = { ok: { "2.x": "good" } };
  const [rule] = bridgeRules([row({ unitFactor: 0.001, labels, values })]);
  expect(rule?.expr).toContain(
    'sum by (status, model) (label_replace(label_replace(rate(old_total[5m]), "status", "$1", "ok", "(.*)"), "status", "good", "ok", "2[.]x")) * 0.001',
  );
  expect(rule?.expr).toContain("sum by (status, model) (rate(new_total[5m]))");
});

test("a histogram is bridged with its buckets only where their bounds mean the same", () => {
  const parts = (unitFactor: number) =>
    records(row({ kind: "histogram", legacy: "h", unitFactor }));
  expect(parts(1)).toEqual([
    "bridge:h_bucket:rate5m",
    "bridge:h_sum:rate5m",
    "bridge:h_count:rate5m",
  ]);
  expect(parts(1000)).toEqual(["bridge:h_sum:rate5m", "bridge:h_count:rate5m"]);
});

test("parts of one series become one rule, a gauge has no rate, and what is dropped no bridge", () => {
  const part = (stage: string) =>
    row({ legacy: `old_total{stage="${stage}"}`, otel: `${stage}_total` });
  const gauge = row({ kind: "gauge", legacy: "old_size", aggregation: "avg" });
  const rows = [part("one"), part("two"), gauge, row({ legacy: "gone", dropped: "nobody looks" })];
  expect(records(...rows)).toEqual(["bridge:old_total:rate5m", "bridge:old_size"]);
  expect(bridgeRules(rows)[0]?.expr).toMatch(/one_total.* or .*two_total/);
});
