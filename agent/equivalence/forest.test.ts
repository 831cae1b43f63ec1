import { expect, test } from "@jest/globals";
import { aliasesOf, forestOf, normalised } from "./forest.ts";
import { spanOf } from "./testing.ts";

test("spans become trees, in the order in which they began, whatever order they came in", () => {
  const root = spanOf("root", { spanId: "a", start: 1n });
  const late = spanOf("late", { spanId: "b", parentSpanId: "a", start: 9n });
  const early = spanOf("early", { spanId: "c", parentSpanId: "a", start: 2n });
  const leaf = spanOf("leaf", { spanId: "d", parentSpanId: "c", start: 3n });
  const [tree, ...others] = forestOf([late, leaf, early, root], new Map());
  expect(others).toEqual([]);
  expect(tree).toMatchObject({
    name: "root",
    remote: false,
    children: [
      { name: "early", children: [{ name: "leaf" }] },
      { name: "late", children: [] },
    ],
  });
});

test("a parent in another process makes a root that says so", () => {
  const [tree] = forestOf([spanOf("served", { parentSpanId: "elsewhere" })], new Map());
  expect(tree).toMatchObject({ name: "served", remote: true });
});

test("links name the span they point to, where it is here", () => {
  const link = { traceId: "t", traceState: "", attributes: {} };
  const other = spanOf("other", { spanId: "a" });
  const links = [
    { ...link, spanId: "a" },
    { ...link, spanId: "f" },
  ];
  const [, linking] = forestOf([other, spanOf("linking", { spanId: "b", links })], new Map());
  expect(linking?.links.map(({ to }) => to)).toEqual(["other", "f"]);
});

test("free ports are known by what they stand for, as numbers and within addresses", () => {
  const aliases = aliasesOf([41001, 41002], { REDIS: "6390" });
  const given = { a: 41001, b: "http://127.0.0.1:41002/x", c: 6390, d: 8080, "client.port": 5 };
  expect(normalised(given, aliases)).toEqual({
    a: "port 1",
    b: "http://127.0.0.1:port 2/x",
    c: "REDIS",
    d: 8080,
    "client.port": "(any)",
  });
});

test("scopes of instrumentations are one, those of the application are told apart", () => {
  const scopes = ["@opentelemetry/instrumentation-http", "flashcard-otel", "app"];
  const spans = scopes.map((name) => spanOf("x", { spanId: name, scope: { name, version: "1" } }));
  const seen = forestOf(spans, new Map()).map(({ scope }) => scope);
  expect(seen).toEqual(["(agent)", "(agent)", "app@1"]);
});
