/** What may lie beside the agent instead of its configuration, and what the user's own variables may say. */
import type { Row } from "../row.ts";

const code = `require("$APPS/work.cjs")();`;

const config = (fault: string, text: string | null, agent: Row["agent"] = "inert"): Row => ({
  fault: `config.json: ${fault}`,
  moment: "before",
  config: text,
  code,
  agent,
});

const variables = (fault: string, env: Record<string, string>, agent: Row["agent"] = "active") => ({
  fault: `environment: ${fault}`,
  moment: "before" as const,
  env,
  code,
  agent,
});

const ACTIVE = '"legacyOff":{"name":"SURVIVAL_WITNESSED","value":"active"}';
const valid = (rest: string): string =>
  `{"profile":"lean","endpoint":"http://127.0.0.1:9",${ACTIVE},${rest}}`;

export const configurations: Row[] = [
  config("missing", null),
  { ...config("unreadable", ""), unreadable: true },
  config("empty", ""),
  config("garbage", '{"profile": [1,2'),
  config("no object", "null"),
  config("a list", "[]"),
  config("an unknown profile", '{"profile":"everything","endpoint":"http://x"}'),
  config("no endpoint", '{"profile":"lean"}'),
  config("an endpoint that is none", '{"profile":"lean","endpoint":"collector:4318"}'),
  config("profile full without its folder", valid('"fullPath":"/nowhere"').replace("lean", "full")),
  config("a megabyte of nothing", `${" ".repeat(1 << 20)}${valid('"a":1')}`, "active"),
  config(
    "wrong types",
    valid('"service":7,"sampleRatio":"x","baggage":{},"legacyOff":1'),
    "unknown",
  ),
  config(
    "prototype keys",
    valid('"__proto__":{"a":1},"constructor":{"prototype":{"b":1}}'),
    "active",
  ),
  config("endless intervals", valid('"flushIntervalMs":1e300,"metricIntervalMs":1e300'), "active"),
  variables("SDK disabled", { OTEL_SDK_DISABLED: "true" }, "inert"),
  variables("garbage everywhere", {
    OTEL_RESOURCE_ATTRIBUTES: "=,==,%zz=%zz,a",
    OTEL_EXPORTER_OTLP_HEADERS: "a=b%0d%0aevil: 1,%00=1, =,:=x",
    OTEL_BSP_SCHEDULE_DELAY: "never",
    OTEL_METRIC_EXPORT_INTERVAL: "-1",
    OTEL_TRACES_SAMPLER: "sometimes",
    OTEL_TRACES_SAMPLER_ARG: "NaN",
    OTEL_PROPAGATORS: ",",
  }),
  variables("an endpoint that is none", { OTEL_EXPORTER_OTLP_ENDPOINT: "::" }, "inert"),
  variables("no endless time-outs", {
    OTEL_BSP_SCHEDULE_DELAY: "99999999999999",
    OTEL_METRIC_EXPORT_INTERVAL: "99999999999999",
  }),
  variables("a proxy", { HTTP_PROXY: "http://127.0.0.1:9", http_proxy: "http://127.0.0.1:9" }),
  variables("debug output of Node", { NODE_DEBUG_NATIVE: "", UV_THREADPOOL_SIZE: "1" }),
];
