/** What the rendered collectors do with what they get, run as they are. */
import { afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually, ports } from "../backends/testing/processes.ts";
import { issue } from "../injection/certificates.ts";
import { collector as specOf } from "../migration/pipelines.ts";
import type { Places } from "./places.ts";
import { type Collector, otelcol, startCollector } from "./testing/collector.ts";
import { figuresOf } from "./testing/figures.ts";
import { onLoopback } from "./testing/loopback.ts";
import { type Sink, sinkAt } from "./testing/sink.ts";
import { sendSpans, traceIds } from "./testing/spans.ts";
import type { Tier } from "./tiers.ts";

let program: string;
beforeAll(async () => {
  program = await otelcol();
}, 900_000);

const running: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

const NOBODY = "http://127.0.0.1:9";

const freshSink = async (): Promise<Sink> => {
  const [address = ""] = await ports(1);
  const sink = sinkAt({ address });
  running.push({ stop: sink.close });
  return sink;
};

interface Wanted {
  wishes: object;
  known?: Partial<Places>;
  tier?: Tier;
  env?: Record<string, string>;
}

const run = async ({ wishes, known, ...rest }: Wanted): Promise<Collector> => {
  const places = await onLoopback({ traces: NOBODY, metrics: NOBODY, ...known });
  const started = await startCollector(program, { spec: specOf.parse(wishes), places, ...rest });
  running.push(started);
  return started;
};

/** Waits until as many traces are there, or more. */
const arrived = (sink: Sink, count: number) =>
  eventually(`${count} traces`, async () => (sink.traces.size >= count ? true : undefined), 30);

const among = (sink: Sink, ids: string[]): number => ids.filter((id) => sink.traces.has(id)).length;

describe("tail sampling", () => {
  test("keeps what failed, what was slow, and a share of the rest", async () => {
    const sink = await freshSink();
    await sink.open();
    const tailSampling = { slowMs: 500, sharePercent: 20, waitSeconds: 1 };
    const { url, places } = await run({
      wishes: { tailSampling },
      known: { traces: `http://${sink.address}` },
    });
    const [failed, slow, others] = [traceIds(20), traceIds(20), traceIds(400)];
    await sendSpans(url, [
      ...failed.map((traceId) => ({ traceId, failed: true })),
      ...slow.map((traceId) => ({ traceId, tookMs: 501 })),
      ...others.map((traceId) => ({ traceId })),
    ]);
    const kept = await eventually("all decisions", async () => {
      const { own } = places;
      const text = await (await fetch(`http://${own.host}:${own.port}/metrics`)).text();
      const decided = [...text.matchAll(/global_count_traces_sampled(\S*) (\d+)/g)];
      const count = (those: typeof decided) => those.reduce((sum, [, , n]) => sum + Number(n), 0);
      const sampled = decided.filter(([, labels = ""]) => labels.includes('sampled="true"'));
      return count(decided) === 440 ? count(sampled) : undefined;
    });
    await arrived(sink, kept);
    expect([among(sink, failed), among(sink, slow)]).toEqual([20, 20]);
    // Five standard deviations on either side.
    const share = among(sink, others);
    expect(share).toBeGreaterThan(40);
    expect(share).toBeLessThan(120);
  }, 60_000);

  test("sees whole traces behind a tier that balances by trace id", async () => {
    const sink = await freshSink();
    await sink.open();
    const wishes = {
      replicas: 2,
      tailSampling: { slowMs: 60_000, sharePercent: 0, waitSeconds: 3 },
    };
    const known = { traces: `http://${sink.address}` };
    const backs = await Promise.all([1, 2].map(() => run({ wishes, known, tier: "back" })));
    const hostnames = backs.map(({ places }) => places.grpc);
    const { url } = await run({
      wishes,
      known: { ...known, resolver: { static: { hostnames } } },
      tier: "front",
    });
    const ids = traceIds(100);
    await sendSpans(
      url,
      ids.map((traceId) => ({ traceId, service: "worker" })),
    );
    await sendSpans(
      url,
      ids.map((traceId) => ({ traceId, failed: true })),
    );
    await arrived(sink, 100);
    // A collector that had seen only the healthy half would have dropped it.
    await eventually("both halves", async () => {
      return [...sink.traces.values()].every((spans) => spans === 2) || undefined;
    });
    const accepted = await Promise.all(
      backs.map(async ({ places }) => (await figuresOf(places)).accepted),
    );
    expect(accepted.every((spans) => spans > 0)).toBe(true);
    expect(accepted.reduce((sum, spans) => sum + spans, 0)).toBe(200);
  }, 60_000);
});

describe("an exporter of the user's", () => {
  test("gets headers whose values are in a Secret, over TLS", async () => {
    const [address = ""] = await ports(1);
    const port = address.split(":")[1];
    const { ca, certificate, key } = await issue(["localhost"], new Date());
    const sink = sinkAt({ address, tls: { cert: certificate, key } });
    await sink.open();
    running.push({ stop: sink.close });
    const secrets = join((await onLoopback({ traces: "", metrics: "" })).queue, "secrets");
    await mkdir(join(secrets, "otlp-vendor"), { recursive: true });
    await writeFile(join(secrets, "otlp-vendor/ca.crt"), ca);
    const headers = [{ name: "Authorization", secret: "vendor", key: "token" }];
    const vendor = {
      name: "vendor",
      endpoint: `https://localhost:${port}`,
      headers,
      tls: { secret: "vendor" },
    };
    const { url, output } = await run({
      wishes: { exporters: { otlp: [vendor] } },
      known: { secrets },
      env: { OTLP_VENDOR_HEADER_0: "Bearer 123: s3cret" },
    });
    await sendSpans(url, [{ traceId: "0123456789abcdef0123456789abcdef" }]);
    await arrived(sink, 1);
    expect(sink.headers["authorization"]).toBe("Bearer 123: s3cret");
    expect(output()).not.toContain("s3cret");
  }, 30_000);

  test("that is debug gets everything in full", async () => {
    const { url, output } = await run({ wishes: { exporters: { debug: true } } });
    await sendSpans(url, [{ traceId: "0123456789abcdef0123456789abcdef", name: "GET /cards" }]);
    await eventually("the span", async () => output().includes("GET /cards") || undefined);
  }, 30_000);
});

describe("a queue", () => {
  const batches = (ids: string[]): string[][] =>
    Array.from({ length: ids.length / 100 }, (_, nth) => ids.slice(nth * 100, nth * 100 + 100));

  const sendAll = async (url: string, ids: string[]): Promise<string[]> => {
    const taken: string[] = [];
    for (const batch of batches(ids))
      if (
        (await sendSpans(
          url,
          batch.map((traceId) => ({ traceId })),
        )) === 200
      )
        taken.push(...batch);
    return taken;
  };

  test.each(["kill", "stop"] as const)(
    "on disk survives the restart of its collector (%s) while the backend is away",
    async (end) => {
      const sink = await freshSink();
      const wanted = {
        wishes: { queue: { storage: "EmptyDir" } },
        known: { traces: `http://${sink.address}` },
      };
      const first = await run(wanted);
      const ids = traceIds(3000);
      expect(await sendAll(first.url, ids)).toEqual(ids);
      await first[end]();
      await run({ ...wanted, known: first.places });
      await sink.open();
      await arrived(sink, 3000);
      expect(among(sink, ids)).toBe(3000);
    },
    60_000,
  );

  test("takes what fits into it, says no to the rest, and loses nothing that it took", async () => {
    const sink = await freshSink();
    const { url, places } = await run({
      wishes: { queue: { sizeItems: 1000 } },
      known: { traces: `http://${sink.address}` },
    });
    const ids = traceIds(3000);
    const taken = await sendAll(url, ids);
    const full = await figuresOf(places);
    expect(taken.length).toBeGreaterThanOrEqual(1000);
    expect(taken.length).toBeLessThan(3000);
    expect(full).toMatchObject({ capacity: 1000, sent: 0, failed: 0 });
    expect(full.turnedAway).toBe(3000 - taken.length);
    await sink.open();
    await arrived(sink, taken.length);
    expect(among(sink, taken)).toBe(taken.length);
    const after = await eventually("an empty queue", async () => {
      const figures = await figuresOf(places);
      return figures.queued === 0 ? figures : undefined;
    });
    expect(after).toMatchObject({ sent: taken.length, failed: 0 });
  }, 60_000);
});
