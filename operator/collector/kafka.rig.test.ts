/** Two tiers with a Kafka between them. The broker is franz-go's, in memory: its protocol is Kafka's, its storage is not. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { join } from "node:path";
import { ensure, pathOf } from "../../cluster/artefacts/ensure.ts";
import { settingsFrom } from "../../cluster/settings.ts";
import { eventually, ports, type Running, start, stop } from "../backends/testing/processes.ts";
import { collector as specOf } from "../migration/pipelines.ts";
import { kafkaClient } from "./secrets.ts";
import { type Collector, otelcol, startCollector } from "./testing/collector.ts";
import { figuresOf } from "./testing/figures.ts";
import { onLoopback } from "./testing/loopback.ts";
import { sinkAt } from "./testing/sink.ts";
import { sendSpans, traceIds } from "./testing/spans.ts";
import type { Tier } from "./tiers.ts";

let program: string;
let broker: Running;
let port: string;

beforeAll(async () => {
  program = await otelcol();
  const paths = await ensure(settingsFrom(process.env), ["kafka"]);
  const [address = ""] = await ports(1);
  port = address.split(":")[1] ?? "";
  const topics = ["spans", "metrics", "logs"].map((signal) => `shop_${signal}`).join(",");
  broker = start(join(pathOf(paths, "kafka"), "bin/kafka"), ["-port", port, "-topics", topics]);
  await eventually("the broker", async () => broker.output().includes("ready") || undefined);
}, 900_000);
afterAll(() => stop(broker));

test("spans wait in Kafka for the second tier, whole traces meet in it, and it is told to go without losing any", async () => {
  const spec = specOf.parse({
    replicas: 2,
    kafka: { brokers: [`127.0.0.1:${port}`], topicPrefix: "shop" },
    tailSampling: { slowMs: 60_000, sharePercent: 0, waitSeconds: 3 },
    queue: {},
  });
  const [address = ""] = await ports(1);
  const sink = sinkAt({ address });
  await sink.open();
  const run = async (tier: Tier): Promise<Collector> => {
    const known = { traces: `http://${address}`, metrics: "http://127.0.0.1:9" };
    const places = await onLoopback({ ...known, kafka: kafkaClient(spec, "/nowhere") });
    return startCollector(program, { spec, tier, places });
  };
  const front = await run("front");
  const ids = traceIds(200);
  const halves = [false, true].map((failed) =>
    sendSpans(
      front.url,
      ids.map((traceId) => ({ traceId, failed, service: `s-${failed}` })),
    ),
  );
  expect(await Promise.all(halves)).toEqual([200, 200]);
  await eventually("all spans in Kafka", async () => {
    return (await figuresOf(front.places)).sent === 400 || undefined;
  });
  await front.stop();
  const backs = await Promise.all([run("back"), run("back")]);
  await eventually("all traces", async () => (sink.traces.size === 200 ? true : undefined), 60);
  await eventually("both halves", async () => {
    return [...sink.traces.values()].every((spans) => spans === 2) || undefined;
  });
  await Promise.all(backs.map((back) => back.stop()));
  await sink.close();
}, 120_000);
