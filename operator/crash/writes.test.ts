import { describe, expect, test } from "@jest/globals";
import { siteOf } from "./writes.ts";

const core = "/api/v1/namespaces/shop";
const write = (method: string, path: string, body: object = {}) =>
  siteOf({ method, path, body: JSON.stringify(body) });

describe("a write is named by", () => {
  test.each([
    ["its place", "PATCH", `${core}/configmaps/rules?fieldManager=a`, /^PATCH configmaps\/rules /],
    ["the name in its body", "POST", `${core}/pods`, /^POST pods\/twin /],
    ["its subresource", "PUT", `${core}/pods/a/status`, /^PUT pods\/a\/status /],
    [
      "a group's resource",
      "DELETE",
      "/apis/apps/v1/namespaces/shop/deployments/a",
      /^DELETE deployments\/a /,
    ],
  ])("%s", (_what, method, path, name) => {
    expect(write(method, path, { metadata: { name: "twin" } })).toMatch(name);
  });

  test("what a status says", () => {
    const status = {
      phase: "Alongside",
      components: [{ name: "api", stage: "Trial" }],
      switched: { step: "ShowNew" },
    };
    const path = "/apis/flashcard-otel.dev/v1alpha1/namespaces/shop/flashcardtelemetries/p/status";
    expect(write("PUT", path, { status })).toBe(
      "PUT flashcardtelemetries/p/status Alongside api=Trial ShowNew",
    );
  });
});

test.each([
  ["is a read", "GET", `${core}/pods`],
  ["is never stored", "POST", `${core}/pods?dryRun=All`],
  ["is an event", "POST", "/apis/events.k8s.io/v1/namespaces/shop/events"],
  ["is a question about rights", "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews"],
])("what %s is no write", (_what, method, path) => {
  expect(write(method, path)).toBeUndefined();
});

test("times and versions make no other site, content does", () => {
  const at = (time: string, resourceVersion: string, data: string) =>
    write("PATCH", `${core}/configmaps/a`, { metadata: { resourceVersion }, since: time, data });
  const one = at("2026-01-02T03:04:05.000Z", "17", "x");
  expect(at("2026-01-02T09:04:05Z", "18", "x")).toBe(one);
  expect(at("2026-01-02T03:04:05.000Z", "17", "y")).not.toBe(one);
});
