import { describe, expect, test } from "@jest/globals";
import { attributes, cardinality } from "./attributes.ts";
import { ask, contract, span, trace } from "./testing/scene.ts";

const tagged = (tags: Record<string, string>) => [
  trace(span({ tags: { "span.kind": "server", ...tags } })),
];

describe("attributes", () => {
  test("that are written down are fine, and what the store adds is none", () => {
    const traces = tagged({ "http.route": "/", "otel.scope.name": "x", error: "true" });
    expect(ask(attributes, "api", { traces })).toEqual({
      verdict: "Match",
      message: "1 attributes, all of them written down",
    });
  });

  test("that nobody wrote down are named with a span", () => {
    const traces = tagged({ "user.email": "x", "http.route": "/" });
    expect(ask(attributes, "api", { traces })).toEqual({
      verdict: "Differs",
      message: 'api puts attributes on spans that nobody wrote down: user.email of span "GET /"',
    });
  });

  test("are only told where the list is open", () => {
    const traces = tagged({ "user.email": "x" });
    const open = { ...contract, isClosed: false };
    expect(ask(attributes, "api", { traces, contract: open })).toEqual({
      verdict: "Exceeds",
      message: 'the application adds user.email of span "GET /"',
    });
  });

  test("of an SDK with a list of its own are its own business", () => {
    const exempt = { ...contract, exempt: ["api"] };
    const traces = tagged({ "db.statement": "x" });
    expect(ask(attributes, "api", { traces, contract: exempt }).verdict).toBe("NotApplicable");
  });
});

describe("the number of values", () => {
  const spans = (attribute: string, value: (nth: number) => string) => [
    trace(
      ...Array.from({ length: 400 }, (_, nth) =>
        span({ spanId: `${nth}`, tags: { "span.kind": "server", [attribute]: value(nth) } }),
      ),
    ),
  ];

  test.each([
    [
      "one that grows with the requests",
      "http.route",
      (nth: number) => `/things/${nth}`,
      "Differs",
    ],
    ["one of many that may grow", "url.path", (nth: number) => `/things/${nth}`, "Match"],
    ["a large set that does not grow", "http.route", (nth: number) => `/${nth % 120}`, "Match"],
  ])("%s", (_what, attribute, value, verdict) => {
    expect(ask(cardinality, "api", { traces: spans(attribute, value) }).verdict).toBe(verdict);
  });

  test("is told with the attribute", () => {
    const traces = spans("http.route", (nth) => `/things/${nth}`);
    expect(ask(cardinality, "api", { traces }).message).toBe(
      "http.route of api has 400 values in 400 spans, 400 of them once: it is said to have few",
    );
  });

  test("of names of spans is bounded by all that the store has", () => {
    const named = (count: number) =>
      ask(cardinality, "api", {
        traces: tagged({}),
        names: Array.from({ length: count }, (_, nth) => `GET /things/${nth}`),
      });
    expect(named(200).verdict).toBe("Match");
    expect(named(201)).toEqual({
      verdict: "Differs",
      message:
        'api has spans of 201 names, more than 200: is something in "GET /things/200" that belongs into an attribute?',
    });
  });
});
