import { expect, test } from "@jest/globals";
import type { Flow } from "../crash/flow.ts";
import type { Passing, Treatment } from "../crash/proxy.ts";
import { openMeter, total } from "./traffic.ts";

const asked = (method: string, path: string, body = ""): Passing => ({
  life: "life-1",
  method,
  path,
  body,
});

const pods = "/api/v1/namespaces/shop/pods";

test.each([
  ["GET pods", "GET", `${pods}?limit=500`],
  ["GET pods", "GET", `${pods}/a`],
  ["GET pods/log", "GET", `${pods}/a/log?container=k6`],
  ["WATCH jobs", "GET", "/apis/batch/v1/namespaces/shop/jobs?watch=1&resourceVersion=5"],
  ["GET flashcardtelemetries", "GET", "/apis/flashcard-otel.dev/v1alpha1/flashcardtelemetries"],
  ["GET discovery", "GET", "/apis/apps/v1"],
])("counts as %s: %s %s", (what, method, path) => {
  const meter = openMeter();
  meter.pass(asked(method, path), { type: "drop" });
  expect(Object.keys(meter.read())).toEqual([what]);
});

test("bytes are those of question and answer; of a watch, as far as it has come", async () => {
  const meter = openMeter();
  meter.pass(asked("POST", pods, "four"), { type: "answer", status: 200, text: "sixbyt" });
  const watched = meter.pass(asked("GET", `${pods}?watch=1`), { type: "pass" });
  let bytes = 5;
  const ended = Promise.withResolvers<void>();
  const flow: Flow = {
    cut: () => undefined,
    silence: () => undefined,
    bytes: () => bytes,
    closed: ended.promise,
  };
  (watched as Extract<Treatment, { type: "pass" }>).begun?.(flow);
  expect(total(meter.read())).toEqual({ calls: 2, bytes: 15 });
  bytes = 12;
  ended.resolve();
  await flow.closed;
  expect(meter.read()).toEqual({ "WATCH pods": { calls: 0, bytes: 7 } });
});
