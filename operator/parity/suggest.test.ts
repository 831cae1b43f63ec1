import { describe, expect, test } from "@jest/globals";
import { readExposition } from "./exposition.ts";
import { suggest } from "./suggest.ts";

/** Lines of a histogram with one bucket bound. */
const histogram = (name: string, labels: string, [count, sum, bound]: [number, number, number]) =>
  [
    `${name}_bucket{${labels},le="${bound}"} ${count}`,
    `${name}_bucket{${labels},le="+Inf"} ${count}`,
    `${name}_sum{${labels}} ${sum}`,
    `${name}_count{${labels}} ${count}`,
  ].join("\n");

const propose = (old: string, next: string) => suggest(readExposition(old), readExposition(next));
const first = (old: string, next: string) => propose(old, next).proposals[0]?.row;

describe("text exposition", () => {
  test("tells kinds by type, else by name and parts; label values may hold anything", () => {
    const text = [
      "# TYPE jobs gauge",
      'jobs{name="a,\\"b\\"}"} 3 1700000000000',
      "done_total 4",
      histogram("took_seconds", 'path="/"', [2, 0.5, 1]),
    ].join("\n");
    expect(readExposition(text)).toMatchObject([
      { name: "jobs", kind: "gauge", series: [{ labels: { name: 'a,"b"}' }, value: 3 }] },
      { name: "done_total", kind: "counter", series: [{ value: 4 }] },
      { name: "took_seconds", kind: "histogram", sum: 0.5, bounds: [1], series: [{ value: 2 }] },
    ]);
  });
});

describe("proposals", () => {
  const route = histogram("http_server_request_duration_seconds", 'http_route="/a"', [100, 5, 0.1]);

  test("take the unit from the name, and labels from their values", () => {
    const old = histogram("http_request_duration_ms", 'path="/a"', [100, 5000, 100]);
    expect(first(old, route)).toMatchObject({
      otel: "http_server_request_duration_seconds",
      unitFactor: 0.001,
      labels: { path: "http_route" },
    });
  });

  test("take the unit from the recorded numbers where the name has none", () => {
    const old = histogram("http_request_duration", 'path="/a"', [100, 5000, 100]);
    expect(first(old, route)).toMatchObject({ unitFactor: 0.001 });
  });

  test("find a counter in the count of a histogram", () => {
    const old = 'http_requests_total{route="/a"} 100';
    expect(first(old, route)).toMatchObject({
      kind: "counter",
      otel: "http_server_request_duration_seconds_count",
    });
  });

  test("map values that have no word in common by how often they occur", () => {
    const old = 'jobs_total{success="true"} 90\njobs_total{success="false"} 10';
    const next = 'jobs_total{status="ok"} 90\njobs_total{status="error"} 10';
    expect(first(old, next)).toMatchObject({
      labels: { success: "status" },
      values: { success: { true: "ok", false: "error" } },
    });
  });

  test.each<[string, string, string]>([
    ["what counts something else", "jobs_done_total 90", "jobs_done_total 30"],
    ["another dimension", "worker_memory_bytes 5", "worker_memory_seconds 5"],
    ["another kind", "# TYPE jobs gauge\njobs 90", "jobs_total 90"],
    ["two that fit equally well", "a_jobs_total 9", "a_jobs_b_total 9\na_jobs_c_total 9"],
    ["nothing but an equal amount", "apples_total 90", "pears_total 90"],
  ])("are not made for %s", (_what, old, next) => {
    const { proposals, open } = propose(old, next);
    expect(proposals).toEqual([]);
    expect(open).toHaveLength(1);
  });

  test("say why a summary has none", () => {
    const summary = '# TYPE took summary\ntook{quantile="0.5"} 1\ntook_sum 3\ntook_count 3';
    expect(propose(summary, route).open[0]?.reason).toContain("use a histogram");
  });
});
