import { expect, test } from "@jest/globals";
import { config } from "../testing/rig.ts";
import { isForked } from "./instance.ts";
import { keyValues, parseConfig, settingsFrom } from "./settings.ts";

const process_ = { pid: 7, forked: false, instance: "random", version: "1.0.0" };
const resource = (env: Record<string, string>) => settingsFrom(config(), env, process_).resource;

test("a complete configuration is taken as it is", () => {
  expect(parseConfig(JSON.stringify(config()))).toEqual(config());
});

test("what is left out has a default", () => {
  const parsed = parseConfig('{"profile":"lean","endpoint":"http://x"}');
  expect(parsed).toMatchObject({
    sampleRatio: 1,
    baggage: [],
    legacyOff: null,
    metricIntervalMs: 10_000,
    flushIntervalMs: 5000,
  });
  expect(parsed.service.name).toBe("unknown_service:node");
});

test.each([
  ["", /JSON/],
  ["null", /no object/],
  ["[]", /unknown profile/],
  ['{"profile":"rich","endpoint":"http://x"}', /unknown profile "rich"/],
  ['{"profile":"lean"}', /no endpoint/],
])("%p is refused with a sentence", (text, sentence) => {
  expect(() => parseConfig(text)).toThrow(sentence);
});

test("no interval is longer than a timer can hold", () => {
  const never = parseConfig('{"profile":"lean","endpoint":"http://x","flushIntervalMs":1e300}');
  expect(never.flushIntervalMs).toBe(2 ** 31 - 1);
  const asked = settingsFrom(config(), { OTEL_METRIC_EXPORT_INTERVAL: "99999999999" }, process_);
  expect(asked.metricIntervalMs).toBe(2 ** 31 - 1);
});

test("a process that was forked is an instance of its own in the pod", () => {
  const env = { FLASHCARD_OTEL_POD_UID: "uid" };
  const { resource: forked } = settingsFrom(config(), env, { ...process_, forked: true });
  expect(forked["service.instance.id"]).toBe("uid.7");
  const { resource: elsewhere } = settingsFrom(config(), {}, { ...process_, forked: true });
  expect(elsewhere["service.instance.id"]).toBe("random");
  expect([isForked({}), isForked({ send: () => true })]).toEqual([false, true]);
});

test("a pod is known by what the downward API says", () => {
  expect(
    resource({
      FLASHCARD_OTEL_POD_NAME: "worker-1",
      FLASHCARD_OTEL_POD_UID: "uid",
      FLASHCARD_OTEL_NODE_NAME: "node",
      FLASHCARD_OTEL_NAMESPACE: "flashcards",
    }),
  ).toMatchObject({
    "service.name": "app",
    "service.namespace": "tests",
    "service.instance.id": "uid",
    "k8s.pod.name": "worker-1",
    "k8s.namespace.name": "flashcards",
    "k8s.node.name": "node",
    "process.pid": 7,
    "telemetry.sdk.language": "nodejs",
  });
});

test("outside a pod the instance is random", () => {
  expect(resource({})["service.instance.id"]).toBe("random");
});

test("the user's variables win key by key", () => {
  const seen = resource({
    OTEL_RESOURCE_ATTRIBUTES: "service.namespace=theirs,team=a%2Cb",
    OTEL_SERVICE_NAME: "named",
  });
  expect(seen).toMatchObject({
    "service.name": "named",
    "service.namespace": "theirs",
    team: "a,b",
    "process.pid": 7,
  });
});

test("the user's endpoint and headers win", () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: "https://theirs",
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20x",
  };
  expect(settingsFrom(config(), env, process_)).toMatchObject({
    endpoint: "https://theirs",
    headers: { authorization: "Bearer x" },
  });
});

test.each([
  ["sampled", {}, 0.2],
  ["lean", {}, 1],
  [
    "lean",
    { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.3" },
    0.3,
  ],
  ["lean", { OTEL_TRACES_SAMPLER: "traceidratio" }, 1],
  ["lean", { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "lots" }, 1],
  ["sampled", { OTEL_TRACES_SAMPLER: "always_on" }, 1],
  ["lean", { OTEL_TRACES_SAMPLER: "parentbased_always_off" }, 0],
  ["sampled", { OTEL_TRACES_SAMPLER: "jaeger_remote" }, 0.2],
] as const)("profile %s with %p begins %p of its traces", (profile, env, expected) => {
  const given = config({ profile, sampleRatio: 0.2 });
  expect(settingsFrom(given, env, process_).sampleRatio).toBe(expected);
});

test.each([
  ["lean", {}, { spans: true, metrics: true, logs: true }],
  ["metrics", {}, { spans: false, metrics: true, logs: true }],
  ["lean", { OTEL_TRACES_EXPORTER: "none" }, { spans: false, metrics: true, logs: true }],
  ["lean", { OTEL_METRICS_EXPORTER: "none" }, { spans: true, metrics: false, logs: true }],
  ["lean", { OTEL_LOGS_EXPORTER: "none" }, { spans: true, metrics: true, logs: false }],
] as const)("profile %s with %p exports %p", (profile, env, expected) => {
  expect(settingsFrom(config({ profile }), env, process_).signals).toEqual(expected);
});

test.each([
  [undefined, { otlp: true, console: false }],
  ["otlp", { otlp: true, console: false }],
  ["console", { otlp: false, console: true }],
  ["otlp, console", { otlp: true, console: true }],
  ["none", { otlp: false, console: false }],
  // Not ours: no reason to lose the signal.
  ["zipkin", { otlp: true, console: false }],
])("exporter %p is %p", (text, expected) => {
  const env = text === undefined ? {} : { OTEL_LOGS_EXPORTER: text };
  const { exporters, signals } = settingsFrom(config(), env, process_);
  expect(exporters["/v1/logs"]).toEqual(expected);
  expect(signals.logs).toBe(expected.otlp || expected.console);
});

test.each([
  ["2500", 2500],
  ["soon", 100],
  ["-1", 100],
  ["", 100],
])("an export interval of %p is %p ms", (text, expected) => {
  const env = { OTEL_BSP_SCHEDULE_DELAY: text, OTEL_METRIC_EXPORT_INTERVAL: text };
  const given = config({ flushIntervalMs: 100, metricIntervalMs: 100 });
  expect(settingsFrom(given, env, process_)).toMatchObject({
    flushIntervalMs: expected,
    metricIntervalMs: expected,
  });
});

test.each([
  [undefined, {}],
  ["", {}],
  ["a=1,b = 2 ,=3,c", { a: "1", b: "2" }],
  ["a=%E0%A4%A", { a: "%E0%A4%A" }],
])("%p as key-value list", (text, expected) => {
  expect(keyValues(text)).toEqual(expected);
});
