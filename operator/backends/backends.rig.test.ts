/** The configurations we render, run by the programs they are for. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { pino } from "pino";
import { stringify } from "yaml";
import { traces } from "../migration/pipelines.ts";
import { deployment, seen, spec, world } from "../migration/scenes.ts";
import { observeTelemetry } from "../migration/telemetry.ts";
import { jaegerConfig } from "./jaeger.ts";
import { ask } from "../measurement/ask.ts";
import { jaeger } from "../measurement/jaeger.ts";
import { prometheus } from "../measurement/prometheus.ts";
import { findSignals, probe } from "./probe.ts";
import { signalsFor } from "./signals.ts";
import { eventually } from "./testing/processes.ts";
import { type Rig, startRig } from "./testing/rig.ts";

const run = promisify(execFile);

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
}, 900_000);
afterAll(() => rig?.stop(), 30_000);

const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, value]) => ({ key, value: { stringValue: value } }));

const nanos = (at: number): string => `${BigInt(at) * 1_000_000n}`;

/** One export of one pod, as an agent sends it. */
const sendMetrics = (metrics: unknown[], pod = "api-1"): Promise<unknown> => {
  const resource = {
    attributes: attributes({
      "service.name": "api",
      "service.namespace": "shop",
      "service.instance.id": `uid-${pod}`,
      "k8s.pod.name": pod,
    }),
  };
  const json = {
    resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: "t" }, metrics }] }],
  };
  return ask({ who: "the collector", url: `${rig.collector}/v1/metrics`, json }, fetch);
};

const started = Date.now() - 60_000;

const histogram = (name: string, counts: number[], bounds: number[]) => ({
  name,
  unit: "s",
  histogram: {
    aggregationTemporality: 2,
    dataPoints: [
      {
        startTimeUnixNano: nanos(started),
        timeUnixNano: nanos(Date.now()),
        count: String(counts.reduce((sum, count) => sum + count, 0)),
        sum: 1.5,
        bucketCounts: counts.map(String),
        explicitBounds: bounds,
        attributes: attributes({ "http.request.method": "GET" }),
      },
    ],
  },
});

const counter = (name: string, unit: string, value: number) => ({
  name,
  unit,
  sum: {
    aggregationTemporality: 2,
    isMonotonic: true,
    dataPoints: [
      {
        startTimeUnixNano: nanos(started),
        timeUnixNano: nanos(Date.now()),
        asDouble: value,
        attributes: attributes({ operation: "get" }),
      },
    ],
  },
});

describe("the collector's own validate", () => {
  test("accepts the configuration we render", async () => {
    await run(rig.programs.otelcol, ["validate", `--config=${rig.collectorConfigFile}`]);
  });

  test("refuses one with a wrong key and names it", async () => {
    const broken = join(rig.rules, "..", "broken.yaml");
    const text = await readFile(rig.collectorConfigFile, "utf8");
    await writeFile(broken, text.replace("limit_percentage", "limit_percents"));
    const refused = run(rig.programs.otelcol, ["validate", `--config=${broken}`]);
    await expect(refused).rejects.toThrow("limit_percents");
  });
});

describe("Jaeger's own validate", () => {
  const address = "127.0.0.1:1";
  const places = {
    grpc: address,
    http: address,
    query: address,
    queryGrpc: address,
    health: address,
  };
  const servers = { Cassandra: ["cassandra:9042"] } as Record<string, string[]>;
  const file = () => join(rig.rules, "..", "stored.yaml");

  test.each(["OpenSearch", "Elasticsearch", "Cassandra"])(
    "accepts a storage cluster: %s",
    async (kind) => {
      const wish = { kind, servers: servers[kind] ?? ["https://storage.example:9200"] };
      const storedIn = (more: object) =>
        stringify(jaegerConfig(places, traces.parse({ storage: { ...wish, ...more } }).storage));
      const env = { ...process.env, STORAGE_USERNAME: "u", STORAGE_PASSWORD: "p" };
      const validate = async (text: string) => {
        await writeFile(file(), text);
        await run(rig.programs.jaeger, ["validate", "--config", file()], { env });
      };
      const text = storedIn({ credentials: { secret: "storage" } });
      await validate(text);
      await validate(storedIn({}));
      await expect(validate(text.replace(/server(s|_urls):/, "sevrers:"))).rejects.toThrow(
        "sevrers",
      );
    },
  );
});

const places = () => ({ ...rig, collectorLog: async () => rig.collectorLog() });

describe("the test signals", () => {
  const doors = { fetch, now: () => new Date() };

  test("are all found where their kind ends", async () => {
    const gate = await eventually("the test signals", async () => {
      const found = await probe(places(), "uid-1", doors);
      return found.passed ? found : undefined;
    });
    expect(gate.reason).toBe("SignalsFound");
  });

  test("that another migration sent are not ours", async () => {
    const found = await findSignals(places(), signalsFor("uid-2"), fetch);
    expect(found).toEqual({
      trace: { found: false, trouble: undefined },
      metric: { found: false, trouble: undefined },
      log: { found: false, trouble: undefined },
    });
  });

  test("say who does not answer", async () => {
    const gate = await probe({ ...places(), metrics: "http://127.0.0.1:9" }, "uid-1", doors);
    expect(gate).toMatchObject({ passed: false, reason: "SignalsMissing" });
    expect(gate.message).toContain("asking Prometheus at http://127.0.0.1:9");
    const away = await probe({ ...places(), collector: "http://127.0.0.1:9" }, "uid-1", doors);
    expect(away.reason).toBe("CollectorUnreachable");
  });
});

const of = (service: string, spans: unknown[]) => ({
  resource: { attributes: attributes({ "service.name": service }) },
  scopeSpans: [{ spans }],
});

describe("what an agent sends", () => {
  test("has the names that a parity map for OTLP expects, and says which pod it is from", async () => {
    await sendMetrics([
      histogram("http.server.request.duration", [1, 2, 3], [0.1, 1]),
      counter("cache.operations", "{operation}", 7),
      counter("api.cost", "USD", 0.25),
    ]);
    const door = prometheus(rig.metrics, fetch);
    const [sample] = await eventually("the histogram", async () => {
      const found = await door.query("http_server_request_duration_seconds_count");
      return found.length > 0 ? found : undefined;
    });
    expect(sample).toMatchObject({
      value: 6,
      labels: {
        job: "shop/api",
        instance: "uid-api-1",
        service_name: "api",
        k8s_pod_name: "api-1",
        http_request_method: "GET",
      },
    });
    const buckets = await door.query("http_server_request_duration_seconds_bucket");
    expect(buckets.map(({ labels, value }) => [labels["le"], value])).toEqual([
      ["0.1", 1],
      ["1", 3],
      ["+Inf", 6],
    ]);
    expect((await door.query("cache_operations_total"))[0]?.value).toBe(7);
    const names = await door.query('count by (__name__) ({__name__=~"api_cost.*"})');
    expect(names.map(({ labels }) => labels["__name__"])).toEqual(["api_cost_USD_total"]);
  });

  test("tells which pods send, and a former pod of the same name is not taken for the new one", async () => {
    await sendMetrics([counter("one", "{one}", 3), counter("other", "{other}", 4)], "store-0");
    const controlledBy = (uid: string) => [
      { apiVersion: "apps/v1", kind: "X", name: "x", uid, controller: true },
    ];
    const arrived = (startTime: Date): Promise<boolean> => {
      const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "store-0", ownerReferences: controlledBy("d-1") },
        status: { phase: "Running", startTime: startTime.toISOString() },
      };
      const { migration } = world({
        spec: spec({ backends: { metrics: { externalUrl: rig.metrics } } }),
      });
      const inventory = { replicaSets: [], pods: [pod], jobs: [] };
      const subject = { ...seen(), migration, deployment: deployment(), inventory };
      const deps = { fetch, log: pino({ level: "silent" }), now: () => new Date() };
      return observeTelemetry(subject as never, deps as never);
    };
    const begun = new Date(Date.now() - 30_000);
    await eventually("the pod's series", async () => (await arrived(begun)) || undefined);
    // Prometheus still answers with what was there before.
    await eventually("a moment after the last sample", async () => {
      const [last] = await prometheus(rig.metrics, fetch).query("timestamp(one_total)");
      return (last && Date.now() / 1000 > last.value + 3) || undefined;
    });
    expect(await arrived(new Date(Date.now() - 1000))).toBe(false);
  });

  test("is read again as it was ingested", async () => {
    await sendMetrics([counter("replies", "{reply}", 3)]);
    const to = Date.now() / 1000 + 5;
    const series = await eventually("the counter", async () => {
      const found = await prometheus(rig.metrics, fetch).raw("replies_total", {
        from: to - 60,
        to,
      });
      return found.length > 0 ? found : undefined;
    });
    expect(series[0]?.points.map(({ value }) => value)).toContain(3);
  });

  test("makes a trace whose spans know their parents and services", async () => {
    const traceId = "0123456789abcdef0123456789abcdef";
    const span = (spanId: string, parentSpanId?: string) => ({
      traceId,
      spanId,
      ...(parentSpanId ? { parentSpanId } : {}),
      name: `span ${spanId}`,
      kind: 2,
      startTimeUnixNano: nanos(Date.now() - 5),
      endTimeUnixNano: nanos(Date.now()),
    });
    const json = {
      resourceSpans: [
        of("api", [span("00000000000000a1")]),
        of("worker", [span("00000000000000b1", "00000000000000a1")]),
      ],
    };
    await ask({ who: "the collector", url: `${rig.collector}/v1/traces`, json }, fetch);
    const door = jaeger(rig.traces, fetch);
    const trace = await eventually("the trace", async () => {
      const found = await door.trace(traceId);
      return found?.spans.length === 2 ? found : undefined;
    });
    const worker = trace.spans.find(({ service }) => service === "worker");
    expect(worker).toMatchObject({ parentId: "00000000000000a1", tags: { "span.kind": "server" } });
    const now = Date.now() / 1000;
    const search = { service: "worker", limit: 10, from: now - 60, to: now + 5 };
    expect((await door.search(search)).map((found) => found.traceId)).toEqual([traceId]);
    expect(await door.trace("f".repeat(32))).toBeUndefined();
  });
});

describe("Prometheus", () => {
  test("says what is wrong with an expression", async () => {
    await expect(prometheus(rig.metrics, fetch).query("sum(")).rejects.toThrow(
      /Prometheus refuses sum\(.*parse error/,
    );
  });

  test("evaluates rules that appear in its folder, without being told", async () => {
    const group = {
      groups: [{ name: "g", rules: [{ alert: "Up", expr: "vector(1) > 0", for: "1h" }] }],
    };
    await writeFile(join(rig.rules, "otel.yaml"), JSON.stringify(group));
    const rule = await eventually("the rule", async () => {
      const [first] = await prometheus(rig.metrics, fetch).rules();
      return first?.evaluatedAt ? first : undefined;
    });
    expect(rule).toMatchObject({ name: "Up", health: "ok", state: "pending", forSeconds: 3600 });
  }, 30_000);
});
