import { beforeEach, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { decodeTraces, type DecodedSpan } from "../../testing/otlp.ts";
import { requestParts } from "../export/envelope.ts";
import { allowBaggage, bagFromHeader } from "./bag.ts";
import { release, takeBatch } from "./batch.ts";
import { now } from "./clock.ts";
import { Details } from "./details.ts";
import { FLAGS, HAS_PARENT, identity, REMOTE, SAMPLED, newTrace } from "./ids.ts";
import { encodeRecords, recordChild, recordSpan, withDetails, withExtra } from "./ring.ts";
import { finish, nextChild, Span } from "./span.ts";
import { stats } from "./stats.ts";
import { CLIENT, register, SERVER } from "./template.ts";

/** What a collector would see of everything recorded so far. */
function collected(): DecodedSpan[] {
  encodeRecords();
  const batch = takeBatch();
  if (batch === null) return [];
  const request = Buffer.concat(requestParts(new Uint8Array(0), batch));
  release(batch);
  return decodeTraces(request).spans;
}

function root(): Span {
  const ids = identity();
  newTrace(ids);
  ids[FLAGS] = SAMPLED;
  return new Span(ids, now(), null);
}

beforeEach(() => {
  collected();
});

test("a root span has no parent field at all", () => {
  const span = root();
  recordSpan(register({ name: "root", kind: SERVER }), span, now());
  const [seen] = collected();
  expect(seen).toMatchObject({
    name: "root",
    kind: SERVER,
    parentPresent: false,
    flags: 0x101,
    status: 0,
  });
  expect(seen?.traceId).toBe(span.spanContext().traceId);
  expect(seen?.spanId).toBe(span.spanContext().spanId);
});

test("a child has its parent's id, its trace, and an id of its own", () => {
  const span = root();
  const template = register({
    name: "child",
    kind: CLIENT,
    attributes: { a: "b", n: 1, list: ["x", "y"] },
    error: true,
  });
  recordChild(template, span, nextChild(span), span.start, now());
  recordChild(template, span, nextChild(span), span.start, now());
  const [first, second] = collected();
  const { traceId, spanId } = span.spanContext();
  expect(first).toMatchObject({
    traceId,
    parentId: spanId,
    attributes: { a: "b", n: 1, list: ["x", "y"] },
    status: 2,
  });
  expect(new Set([first?.spanId, second?.spanId, spanId]).size).toBe(3);
  expect(Number(first?.end) >= Number(first?.start)).toBe(true);
});

test("a remote parent is said to be remote", () => {
  const ids = identity().fill(5);
  ids[FLAGS] = SAMPLED | HAS_PARENT | REMOTE;
  const span = new Span(ids, now(), null);
  recordSpan(register({ name: "served", kind: SERVER }), span, now());
  expect(collected()[0]).toMatchObject({ parentId: "0500000005000000", flags: 0x301 });
});

test("a thousand children of one span have a thousand ids", () => {
  const span = root();
  const template = register({ name: "many", kind: CLIENT });
  for (let count = 0; count < 1000; count++)
    recordChild(template, span, nextChild(span), span.start, now());
  expect(new Set(collected().map(({ spanId }) => spanId)).size).toBe(1000);
});

test("attributes, events, links, status and name of a rich span arrive, and only on it", () => {
  const span = root();
  const template = register({ name: "template", kind: SERVER, attributes: { constant: true } });
  const details = new Details();
  details.name = "renamed";
  details.set("own", 1.5);
  details.set("none", undefined);
  details.addEvent({ name: "event", at: now(), attributes: [["k", "v"]] });
  details.addLink({ context: root().spanContext(), attributes: { why: "because" } });
  details.setStatus(2, "it broke");
  withDetails(details);
  withExtra(new Uint8Array(0));
  recordSpan(template, span, now());
  recordSpan(template, root(), now());
  const [rich, plain] = collected();
  expect(rich).toMatchObject({
    name: "renamed",
    parentPresent: false,
    attributes: { constant: true, own: 1.5 },
    status: 2,
    message: "it broke",
  });
  expect(rich?.events).toMatchObject([{ name: "event", attributes: { k: "v" } }]);
  expect(rich?.links).toMatchObject([{ attributes: { why: "because" } }]);
  expect(plain).toMatchObject({
    name: "template",
    attributes: { constant: true },
    events: [],
    links: [],
    status: 0,
  });
});

test("allowed baggage becomes attributes, everything else does not", () => {
  allowBaggage(["batch.id"]);
  const bag = bagFromHeader("batch.id=b%201,user.id=secret");
  const ids = identity();
  newTrace(ids);
  const span = new Span(ids, now(), bag);
  finish(span, register({ name: "in a batch", kind: SERVER }), now());
  expect(collected()[0]?.attributes).toEqual({ "batch.id": "b 1" });
});

test("a url is shown without its query", () => {
  withDetails("/items/7?token=secret");
  recordSpan(register({ name: "GET", kind: SERVER }), root(), now());
  expect(collected()[0]?.attributes).toEqual({ "url.path": "/items/7" });
});

test("whatever attributes a span is given, the whole batch stays readable", () => {
  const template = register({ name: "fuzzed", kind: CLIENT });
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.anything()), (attributes) => {
      const details = new Details();
      details.setAll(attributes);
      withDetails(details);
      const span = root();
      recordSpan(template, span, now());
      recordChild(template, span, nextChild(span), now(), now());
      const spans = collected();
      expect(spans.map(({ name }) => name)).toEqual(["fuzzed", "fuzzed"]);
    }),
  );
});

test("when nothing leaves, spans are dropped and counted, and memory does not grow", () => {
  const template = register({ name: "x".repeat(150), kind: CLIENT });
  const span = root();
  const before = stats.droppedSpans;
  const fill = (): void => {
    for (let count = 0; count < 6000; count++)
      recordChild(template, span, nextChild(span), now(), now());
    encodeRecords();
  };
  fill();
  const batch = takeBatch();
  fill();
  expect(takeBatch()).toBeNull();
  expect(stats.droppedSpans).toBeGreaterThan(before);
  if (batch !== null) release(batch);
  expect(collected().length).toBeGreaterThan(1000);
});

test("too many different operations lose their names, not their spans", () => {
  let last = 0;
  for (let count = 0; count < 5000; count++)
    last = register({ name: `name ${count}`, kind: CLIENT });
  recordSpan(last, root(), now());
  expect(collected()[0]).toMatchObject({ kind: CLIENT, name: "(too many)" });
});
