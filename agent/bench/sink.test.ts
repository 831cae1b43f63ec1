import { expect, test } from "@jest/globals";
import { Writer } from "../src/core/protobuf.ts";
import { Meters } from "../src/metrics/registry.ts";
import { openSink } from "./sink.ts";

const request = (gauges: Record<string, number>): Buffer => {
  const meters = new Meters();
  for (const [name, value] of Object.entries(gauges))
    meters
      .instrument({ name: "agent", version: "" }, { name, kind: "gauge" })
      .series({})
      .record(value);
  const out = new Writer();
  out.message(1, () => meters.collect().forEach((scope) => out.blob(2, scope)));
  return Buffer.from(out.take());
};

test("what the governor said last is remembered, and everything is counted", async () => {
  const sink = await openSink("0123456789abcdef");
  const send = (gauges: Record<string, number>) =>
    fetch(`${sink.url}/v1/metrics`, { method: "POST", body: request(gauges) });
  expect(sink.folded()).toBeNull();
  await send({ "flashcard_otel.governor.level": 2, "flashcard_otel.governor.observed": 1 });
  await send({ "flashcard_otel.governor.level": 4, "flashcard_otel.governor.observed": 0.25 });
  expect(sink.folded()).toEqual({ level: 4, observed: 0.25 });
  expect(await (await fetch(`${sink.url}/stats`)).json()).toMatchObject({ metricPoints: 4 });
  await sink.stop();
});
