/**
 * The trial sink: takes OTLP/HTTP (protobuf) of one attempt and counts it.
 *   POST /v1/traces, /v1/metrics, /v1/logs
 *   GET  /stats              {spans, traces, offTraces, bytes, requests, metricPoints}
 *   GET  /traces/<sequence>  sends the spans of that item on to FORWARD_URL: 200, 404 without spans, 502 when refused
 * FLASHCARD_OTEL_TRIAL_TOKEN (required), SINK_PORT (4318), FORWARD_URL.
 */
import { sinkServer } from "./receiver.ts";
import { tally } from "./tally.ts";

const {
  FLASHCARD_OTEL_TRIAL_TOKEN: token = "",
  SINK_PORT = "4318",
  FORWARD_URL = "",
} = process.env;
if (!/^[0-9a-f]{16}$/.test(token)) {
  console.error("FLASHCARD_OTEL_TRIAL_TOKEN must be 16 hex characters");
  process.exit(2);
}

sinkServer({ counted: tally(token), forwardUrl: FORWARD_URL }).listen(Number(SINK_PORT), () =>
  console.log(`sink on port ${SINK_PORT}`),
);
process.on("SIGTERM", () => process.exit(0));
