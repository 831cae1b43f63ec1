/**
 * The agents ours is measured beside, each set up as its manual says and told to export to this machine. What asks the network by
 * itself (cloud metadata, telemetry of the vendor) is off, for the machine has none; that favours them.
 */
import { join } from "node:path";

export interface Peer {
  name: string;
  /** What Node is told to load first; a module of the installed folder, or a file of this one. */
  load: (installed: string) => string;
  /** Where it is to export to. */
  env: (intake: URL) => Record<string, string>;
  /** The headers by which a caller tells it the trace, where it does not know `traceparent`. */
  caller?: (trace: string, parent: string) => Record<string, string>;
}

const SERVICE = "bench";
/** Items come faster here than in production: exports are as big as there when they are more frequent. */
const FLUSH_MS = 1000;
const METRIC_MS = 10_000;

const here = (file: string) => (): string => join(import.meta.dirname, file);
const module =
  (path: string) =>
  (installed: string): string =>
    join(installed, "node_modules", path);

/** For whatever reads the variables of OpenTelemetry, ours too. */
export const otlp = ({ origin }: URL): Record<string, string> => ({
  OTEL_SERVICE_NAME: SERVICE,
  OTEL_EXPORTER_OTLP_ENDPOINT: origin,
  OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
  OTEL_NODE_RESOURCE_DETECTORS: "env,host,process,container,serviceinstance",
  OTEL_BSP_SCHEDULE_DELAY: String(FLUSH_MS),
  OTEL_METRIC_EXPORT_INTERVAL: String(METRIC_MS),
  OTEL_METRIC_EXPORT_TIMEOUT: String(METRIC_MS),
});

export const peers: readonly Peer[] = [
  {
    name: "otel-auto",
    load: module("@opentelemetry/auto-instrumentations-node/dist/register.cjs"),
    env: otlp,
  },
  {
    name: "otel-needed",
    load: here("needed.cjs"),
    env: (intake) => ({ ...otlp(intake), OTEL_LOGS_EXPORTER: "none" }),
  },
  {
    name: "dd-trace",
    load: module("dd-trace/init.js"),
    env: ({ origin }) => ({
      DD_SERVICE: SERVICE,
      DD_TRACE_AGENT_URL: origin,
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: "false",
      DD_REMOTE_CONFIGURATION_ENABLED: "false",
    }),
  },
  {
    // Does not see ioredis 6: three of seven spans.
    name: "elastic-apm-node",
    load: module("elastic-apm-node/start.js"),
    env: ({ origin }) => ({
      ELASTIC_APM_SERVICE_NAME: SERVICE,
      ELASTIC_APM_SERVER_URL: origin,
      ELASTIC_APM_API_REQUEST_TIME: `${FLUSH_MS}ms`,
      ELASTIC_APM_CLOUD_PROVIDER: "none",
      ELASTIC_APM_CENTRAL_CONFIG: "false",
      ELASTIC_APM_LOG_LEVEL: "off",
    }),
  },
  {
    name: "@sentry/node",
    load: here("sentry.cjs"),
    env: ({ host }) => ({ SENTRY_DSN: `http://bench@${host}/1` }),
    caller: (trace, parent) => ({ "sentry-trace": `${trace}-${parent}-1` }),
  },
];
