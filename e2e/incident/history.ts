/**
 * Six quiet hours before the incident, in both editions, as blocks that Prometheus finds when it starts: without them the long windows
 * of a burn rate would hold nothing but the incident.
 */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { otelName } from "../../dashboards/names.ts";

const HOURS = 6;
const STEP_SECONDS = 60;
const PER_STEP = 15;

const series = (): string[] => {
  const legacyCalls = "flashcard_api_call_duration_seconds";
  const calls = otelName("apiLatency");
  return [
    'flashcard_processing_words_total{stage="stage1",success="true"}',
    `${otelName("stage1Words")}{stage="stage1",success="true"}`,
    `${legacyCalls}_bucket{le="10.0"}`,
    `${legacyCalls}_count{}`,
    `${calls}_bucket{le="10"}`,
    `${calls}_count{}`,
  ];
};

/** OpenMetrics; `end` in seconds. */
const historyText = (end: number): string => {
  const steps = (HOURS * 3600) / STEP_SECONDS;
  const lines = series().flatMap((one) => {
    const name = one.replace("{", '{job="history",').replace(",}", "}");
    return Array.from(
      { length: steps },
      (_, nth) => `${name} ${nth * PER_STEP} ${end - (steps - nth) * STEP_SECONDS}`,
    );
  });
  return `${lines.join("\n")}\n# EOF\n`;
};

export const writeHistory = async (places: {
  promtool: string;
  file: string;
  data: string;
}): Promise<void> => {
  await writeFile(places.file, historyText(Math.floor(Date.now() / 1000)));
  const args = ["tsdb", "create-blocks-from", "openmetrics", places.file, places.data];
  await promisify(execFile)(places.promtool, args);
};
