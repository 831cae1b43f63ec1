import { expect, test } from "@jest/globals";
import { config } from "../testing/rig.ts";
import { keyValues, parseConfig, settingsFrom } from "./settings.ts";

const process_ = { pid: 7, instance: "random", version: "1.0.0" };
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
