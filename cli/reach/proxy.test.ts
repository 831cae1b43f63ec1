import { describe, expect, test } from "@jest/globals";
import type { Call, Wire } from "@flashcard-otel/operator/cluster/wire.ts";
import { prometheus } from "@flashcard-otel/operator/measurement/prometheus.ts";
import { vector } from "@flashcard-otel/operator/measurement/testing/answers.ts";
import { proxied, proxyFetch } from "./proxy.ts";

const PROXY = "/api/v1/namespaces/shop/services";

describe("an address", () => {
  test.each([
    ["http://prom.shop.svc:9090/api/v1/query", `${PROXY}/http:prom:9090/proxy/api/v1/query`],
    ["http://prom.shop.svc.cluster.local:9090/", `${PROXY}/http:prom:9090/proxy/`],
    ["https://prom.shop.svc/x?a=1", `${PROXY}/https:prom:443/proxy/x?a=1`],
  ])("inside the cluster, %s, goes through the API server", (address, path) => {
    expect(proxied(address)).toBe(path);
  });

  test.each([
    "https://prometheus.example.com/api",
    "http://10.0.0.1:9090/",
    "http://localhost:9090",
  ])("outside, %s, does not", (address) => {
    expect(proxied(address)).toBeUndefined();
  });
});

/** An API server that gives one answer, and remembers what it was asked. */
const wire = (status: number, body: unknown): { wire: Wire; calls: Call[] } => {
  const calls: Call[] = [];
  return {
    calls,
    wire: {
      call: (call) => {
        calls.push(call);
        return Promise.resolve({ status, text: JSON.stringify(body) });
      },
      stream: () => Promise.reject(new Error("nothing is streamed here")),
    },
  };
};

describe("the operator's door to Prometheus", () => {
  test("asks through the proxy, and only reads", async () => {
    const { wire: api, calls } = wire(200, vector([{}, 7]));
    const door = prometheus("http://prom.shop.svc:9090", proxyFetch(api));
    expect(await door.query("up", 12)).toEqual([{ labels: {}, value: 7 }]);
    const [asked] = calls;
    expect(asked?.method).toBe("GET");
    expect(asked?.path).toBe(`${PROXY}/http:prom:9090/proxy/api/v1/query?query=up&time=12`);
  });

  test("says which right is missing", async () => {
    const { wire: api } = wire(403, { message: "no" });
    const door = prometheus("http://prom.shop.svc:9090", proxyFetch(api));
    await expect(door.query("up")).rejects.toMatchObject({
      message: expect.stringContaining("get services/proxy"),
      cause: { refusal: "Forbidden" },
    });
  });
});
