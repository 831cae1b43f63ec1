import { describe, expect, test } from "@jest/globals";
import type { Call, Wire } from "../../operator/cluster/wire.ts";
import { prometheus } from "../../operator/measurement/prometheus.ts";
import { proxyFetch, proxyPath } from "./proxy.ts";

test.each([
  [
    "http://p.shop.svc:9090/api/v1/query",
    "/api/v1/namespaces/shop/services/http:p:9090/proxy/api/v1/query",
  ],
  ["https://p.shop.svc.cluster.local/x", "/api/v1/namespaces/shop/services/https:p:443/proxy/x"],
  ["http://p.shop.svc/x", "/api/v1/namespaces/shop/services/http:p:80/proxy/x"],
  ["http://example.com/x", undefined],
  ["http://169.254.169.254/x", undefined],
  ["http://p.shop.svc.example.com/x", undefined],
])("%s is asked at %s", (url, path) => {
  expect(proxyPath(new URL(url))).toBe(path);
});

describe("a question to Prometheus", () => {
  const asked: Call[] = [];
  const wire = {
    call: (call: Call) => {
      asked.push(call);
      const text = JSON.stringify({
        status: "success",
        data: { resultType: "vector", result: [] },
      });
      return Promise.resolve({ status: 200, text });
    },
  } as Wire;

  test("only reads, whatever its own client would send", async () => {
    await prometheus("http://p.shop.svc:9090", proxyFetch(wire)).query('up{a="b"}', 7);
    expect(asked).toEqual([
      {
        method: "GET",
        path: "/api/v1/namespaces/shop/services/http:p:9090/proxy/api/v1/query?query=up%7Ba%3D%22b%22%7D&time=7",
        repeatable: false,
      },
    ]);
  });

  test("outside the cluster is not asked", async () => {
    const outside = prometheus("http://example.com", proxyFetch(wire)).query("up");
    await expect(outside).rejects.toThrow("is no Service of this cluster");
  });
});
