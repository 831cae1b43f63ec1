import { expect, test } from "@jest/globals";
import { settingsFrom, webhookNames } from "./settings.ts";

const complete = {
  OPERATOR_IMAGE: "operator:1",
  COLLECTOR_IMAGE: "collector:1",
  JAEGER_IMAGE: "jaeger:1",
  PROMETHEUS_IMAGE: "prometheus:1",
  K6_IMAGE: "k6:1",
  POD_NAMESPACE: "flashcard-otel",
  POD_NAME: "operator-1",
  WEBHOOK_SERVICE: "webhook",
  WEBHOOK_CONFIGURATION: "flashcard-otel",
  WEBHOOK_SECRET: "certificate",
};

test("a complete environment becomes settings, with defaults for what the image knows", () => {
  const settings = settingsFrom({ ...complete, WATCH_NAMESPACES: "a,b" });
  expect(settings.images.k6).toBe("k6:1");
  expect(settings.namespaces).toEqual(["a", "b"]);
  expect(settings.k6Folder).toBe("/app/k6");
  expect(settings.trialPriorityClass).toBeUndefined();
  expect(settings.metricsService).toBeUndefined();
  expect(webhookNames(settings)[0]).toBe("webhook.flashcard-otel.svc");
});

test("no list of namespaces means all of them", () => {
  expect(settingsFrom({ ...complete, WATCH_NAMESPACES: "" }).namespaces).toEqual([]);
});

test("one message names everything that is missing or wrong", () => {
  const { K6_IMAGE: _, ...rest } = complete;
  expect(() => settingsFrom({ ...rest, POD_NAME: "", HEALTH_PORT: "http" })).toThrow(
    /POD_NAME is not set.*HEALTH_PORT is no port: http|K6_IMAGE is not set.*POD_NAME is not set.*HEALTH_PORT/,
  );
});
