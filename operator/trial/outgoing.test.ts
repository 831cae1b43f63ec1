import { describe, expect, test } from "@jest/globals";
import type { Manifest } from "../cluster/cluster.ts";
import { outgoingOf } from "./outgoing.ts";

const service = (name: string, spec: object = {}): Manifest => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "shop" },
  spec: { type: "ClusterIP", clusterIPs: ["10.96.0.7"], ...spec },
});

const found = (name: string, value: string, services: Manifest[] = [service("redis")]) =>
  outgoingOf([{ name: "app", env: [{ name, value }] }], services).map(
    ({ host, outside }) => `${host} ${outside ? "outside" : "inside"}`,
  );

describe("whom the items may call", () => {
  test.each([
    [
      "a Service of the namespace",
      "REDIS_URL",
      "redis://:secret@redis:6379/0",
      "redis:6379 inside",
    ],
    [
      "one by its whole name",
      "API",
      "http://api.other.svc.cluster.local/v1",
      "api.other.svc.cluster.local inside",
    ],
    ["one by name and namespace", "REDIS", "redis.shop:6379", "redis.shop:6379 inside"],
    ["one by its address", "PEER", "10.96.0.7:80", "10.96.0.7:80 inside"],
    ["a name without a dot", "CACHE_HOST", "http://cache", "cache inside"],
    [
      "a host on the internet",
      "OPENAI_BASE_URL",
      "https://api.openai.com/v1?a=b.c",
      "api.openai.com outside",
    ],
    [
      "a host in a variable that says so",
      "SMTP_HOST",
      "mail.example.com",
      "mail.example.com outside",
    ],
    [
      "a host with a port, whatever the variable",
      "SMTP",
      "mail.example.com:25",
      "mail.example.com:25 outside",
    ],
    [
      "an address that is no Service's",
      "DB",
      "postgres://u:p@192.0.2.9:5432/x",
      "192.0.2.9:5432 outside",
    ],
    ["IPv6", "DB", "http://[2001:db8::1]:80/", "[2001:db8::1]:80 outside"],
  ])("%s", (_what, variable, value, row) => {
    expect(found(variable, value)).toEqual([row]);
  });

  test("every host of a list", () => {
    expect(found("MONGO_URL", "mongodb://u:p@one.example.com:1,two.example.com:2/x")).toEqual([
      "one.example.com:1 outside",
      "two.example.com:2 outside",
    ]);
    expect(found("KAFKA_BROKERS", "kafka:9092, kafka.example.com:9092")).toHaveLength(2);
  });

  test("a Service that is a name for somebody outside", () => {
    const services = [service("llm", { type: "ExternalName", externalName: "api.openai.com" })];
    expect(found("LLM_URL", "http://llm:80", services)).toEqual([
      "llm:80 (api.openai.com) outside",
    ]);
  });

  test.each([
    ["itself", "SELF", "http://127.0.0.1:8080"],
    ["an address to listen on", "LISTEN_ADDRESS", "0.0.0.0:8080"],
    ["a file", "ENTRY", "server.js"],
    ["a version", "RELEASE", "1.4.2"],
    ["a time", "STARTS", "12:30"],
    ["a path with a colon", "NODE_OPTIONS", "--require /app/a.js"],
    ["what another variable completes", "DB", "http://$(DB_HOST):5432"],
  ])("not %s", (_what, variable, value) => {
    expect(found(variable, value)).toEqual([]);
  });

  test("never shows a password", () => {
    const rows = outgoingOf(
      [{ name: "app", env: [{ name: "DB", value: "postgres://shop:hunter2@db.example.com/x" }] }],
      [],
    );
    expect(JSON.stringify(rows)).not.toContain("hunter2");
  });
});
