/** A real collector takes what the agent sends and passes on what it understood: all of it, unchanged. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { ensure, pathOf } from "../cluster/artefacts/ensure.ts";
import { settingsFrom } from "../cluster/settings.ts";
import { ports, type Running, start, stop, up } from "../operator/backends/testing/processes.ts";
import { now } from "./src/core/clock.ts";
import { Details } from "./src/core/details.ts";
import { recordSpan, withDetails } from "./src/core/ring.ts";
import { CLIENT, register } from "./src/core/template.ts";
import { name, value } from "./testing/garbage.ts";
import { officialMetrics, officialSpans, type OfficialSpan } from "./testing/official.ts";
import { root, takeRequest } from "./testing/recorded.ts";
import { agentFolder, config, run, until } from "./testing/rig.ts";
import { type Sink, startSink } from "./testing/sink.ts";

let sink: Sink;
let collector: Running;
let endpoint: string;
let folder: string;
const bodies: { path: string; body: Buffer }[] = [];

beforeAll(async () => {
  const paths = await ensure(settingsFrom(process.env), ["collector"]);
  sink = await startSink();
  sink.received = (path, body) => void bodies.push({ path, body });
  folder = await mkdtemp(join(tmpdir(), "flashcard-collector-"));
  const [http = "", health = ""] = await ports(2);
  endpoint = `http://${http}`;
  const file = join(folder, "collector.yaml");
  await writeFile(file, stringify(passingOn(http, health)));
  collector = start(join(pathOf(paths, "collector"), "bin", "otelcol"), [`--config=${file}`]);
  await up(`http://${health}/`, collector);
}, 120_000);

afterAll(async () => {
  await stop(collector);
  await sink.close();
  await rm(folder, { recursive: true, force: true });
});

const passingOn = (http: string, health: string) => {
  const pipeline = { receivers: ["otlp"], exporters: ["otlp_http"] };
  return {
    receivers: { otlp: { protocols: { http: { endpoint: http } } } },
    exporters: { otlp_http: { endpoint: sink.endpoint, compression: "none" } },
    extensions: { health_check: { endpoint: health } },
    service: {
      extensions: ["health_check"],
      telemetry: { metrics: { level: "none" } },
      pipelines: { traces: pipeline, metrics: pipeline },
    },
  };
};

const arrived = (): OfficialSpan[] =>
  bodies.filter(({ path }) => path === "/v1/traces").flatMap(({ body }) => officialSpans(body));

test("spans with whatever values come out of it as they went in", async () => {
  const template = register({ name: "through a collector", kind: CLIENT });
  const values = fc.array(value, { minLength: 20, maxLength: 20 });
  for (const [spanName, given] of fc.sample(fc.tuple(name, values), 100)) {
    const details = new Details();
    details.name = spanName;
    given.forEach((each, at) => details.set(`k${at}`, each));
    withDetails(details);
    recordSpan(template, root(), now());
  }
  const body = takeRequest();
  const headers = { "content-type": "application/x-protobuf" };
  const answer = await fetch(`${endpoint}/v1/traces`, { method: "POST", headers, body });
  expect(answer.status).toBe(200);
  await until(() => arrived().length >= 100, "100 spans", 30_000);
  const byId = (spans: OfficialSpan[]) => new Map(spans.map((span) => [span.spanId, span]));
  expect(byId(arrived())).toEqual(byId(officialSpans(body)));
}, 60_000);

test("an application's telemetry comes through", async () => {
  const agent = await agentFolder(config({ endpoint }));
  const app = run("plain.mjs", agent);
  try {
    await fetch(`http://127.0.0.1:${await app.ready}/500`);
    await until(
      () => arrived().some(({ attributes }) => attributes["url.path"] === "/500"),
      "the span",
      30_000,
    );
    await until(() => bodies.some(({ path }) => path === "/v1/metrics"), "the metrics", 30_000);
    const metrics = bodies
      .filter(({ path }) => path === "/v1/metrics")
      .flatMap(({ body }) => officialMetrics(body));
    expect(metrics.map((metric) => metric.name)).toContain("flashcard_otel.spans");
  } finally {
    app.child.kill("SIGTERM");
    await app.ended;
    await agent.remove();
  }
}, 90_000);
