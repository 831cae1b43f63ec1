import { beforeEach, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { decodeTraces, type DecodedSpan } from "../../testing/otlp.ts";
import { takeRequest } from "../../testing/recorded.ts";
import { codePoint } from "../../testing/text.ts";
import { allowBaggage, bagFromHeader } from "./bag.ts";
import { release, takeBatch, type Batch } from "./batch.ts";
import { now } from "./clock.ts";
import { Details } from "./details.ts";
import { FLAGS, HAS_PARENT, identity, REMOTE, SAMPLED, newTrace } from "./ids.ts";
import {
  encodeRecords,
  recordChild,
  recordSpan,
  whenFull,
  withDetails,
  withExtra,
} from "./ring.ts";
import { scopeNumber } from "./scopes.ts";
import { finish, nextChild, Span } from "./span.ts";
import { stats } from "./stats.ts";
import { AT_FLAGS, CLIENT, PARENT_SIZE, register, SERVER, templates } from "./template.ts";

/** What a collector would see of everything recorded so far. */
function collected(): DecodedSpan[] {
  return decodeTraces(takeRequest()).spans;
}

function root(): Span {
  const ids = identity();
  newTrace(ids);
  ids[FLAGS] = SAMPLED;
  return new Span(ids, now(), null);
}

/** Milliseconds since the process began, as the clock of the core has them. */
const elapsed = (nanos: bigint | undefined): number => Number(nanos) / 1e6 - performance.timeOrigin;

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

test("every span has its own beginning and end", () => {
  const template = register({ name: "timed", kind: CLIENT });
  const span = root();
  span.start = 2000;
  recordSpan(template, span, 3000);
  recordChild(template, span, nextChild(span), 2250, 2500);
  withDetails(new Details());
  recordSpan(template, span, 3500);
  const times = collected().map(({ start, end }) => [elapsed(start), elapsed(end)].map(Math.round));
  expect(times).toEqual([
    [2000, 3000],
    [2250, 2500],
    [2000, 3500],
  ]);
});

test("a span of any length can be read", () => {
  const names = Array.from({ length: 200 }, (_, length) => "n".repeat(length));
  for (const name of names) {
    const span = root();
    const template = register({ name, kind: CLIENT });
    recordSpan(template, span, now());
    recordChild(template, span, nextChild(span), now(), now());
  }
  expect(collected().map(({ name }) => name)).toEqual(names.flatMap((name) => [name, name]));
});

test("a span with nothing of its own is a copy of its template", () => {
  const number = register({ name: "copied", kind: SERVER, attributes: { constant: true } });
  recordSpan(number, root(), now());
  encodeRecords();
  const batch = takeBatch();
  const copied = batch?.bytes.slice(0, batch.length);
  if (batch !== null) release(batch);
  const expected = templates[number]?.bytes.slice(0, -PARENT_SIZE);
  expect(copied?.length).toBe(expected?.length);
  expect(copied?.subarray(AT_FLAGS + 4)).toEqual(expected?.subarray(AT_FLAGS + 4));
});

test("spans of a tracer are of its scope, those of the agent are not", () => {
  const scope = scopeNumber("library", "1.2.3");
  recordSpan(register({ name: "theirs", kind: CLIENT, scope }), root(), now());
  recordSpan(register({ name: "ours", kind: CLIENT }), root(), now());
  expect(Object.fromEntries(collected().map((span) => [span.name, span.scope]))).toEqual({
    theirs: "library@1.2.3",
    ours: "flashcard-otel@",
  });
});

test.each<[string, typeof recordSpan]>([
  ["spans", recordSpan],
  [
    "children",
    (template, span, end) => recordChild(template, span, nextChild(span), span.start, end),
  ],
])("512 %s are encoded without being asked for", (_, record) => {
  const template = register({ name: "one of many", kind: CLIENT });
  const span = root();
  const before = stats.spans;
  for (let count = 0; count < 511; count++) record(template, span, now());
  expect(stats.spans).toBe(before);
  record(template, span, now());
  expect(stats.spans).toBe(before + 512);
});

test("a batch should leave once it is half full", () => {
  const template = register({ name: "x".repeat(150), kind: CLIENT });
  const span = root();
  const taken: (Batch | null)[] = [];
  whenFull(() => taken.push(takeBatch()));
  const fill = (spans: number): void => {
    for (let count = 0; count < spans; count++)
      recordChild(template, span, nextChild(span), now(), now());
  };
  fill(512);
  expect(taken).toEqual([]);
  fill(2560);
  whenFull(() => undefined);
  expect(taken).toHaveLength(1);
  for (const batch of taken) if (batch !== null) release(batch);
});

test("a span that cannot be encoded is dropped and counted, the others leave", () => {
  const template = register({ name: "fine", kind: CLIENT });
  const broken = Object.defineProperty(new Details(), "name", {
    get: () => {
      throw new Error("planned");
    },
  });
  const { droppedSpans, faults } = stats;
  withDetails(broken);
  recordSpan(template, root(), now());
  recordSpan(template, root(), now());
  expect(collected().map(({ name }) => name)).toEqual(["fine"]);
  expect(stats).toMatchObject({ droppedSpans: droppedSpans + 1, faults: faults + 1 });
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

test("a rich span has its own ids, wherever it stands", () => {
  const ids = identity().fill(5);
  ids[FLAGS] = SAMPLED | HAS_PARENT;
  const spans = [root(), new Span(ids, now(), null), root()];
  for (const span of spans) {
    withDetails("/");
    recordSpan(register({ name: "rich", kind: SERVER }), span, now());
  }
  const seen = collected();
  expect(seen.map(({ traceId, spanId }) => ({ traceId, spanId }))).toEqual(
    spans.map((span) => span.spanContext()).map(({ traceId, spanId }) => ({ traceId, spanId })),
  );
  expect(seen.map(({ parentId }) => parentId)).toEqual(["", "0500000005000000", ""]);
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

test.each([
  ["/items/7?token=secret", "/items/7"],
  ["/items/7", "/items/7"],
  ["?token=secret", ""],
])("of the url %s, %j is shown", (url, path) => {
  withDetails(url);
  recordSpan(register({ name: "GET", kind: SERVER }), root(), now());
  expect(collected()[0]?.attributes).toEqual({ "url.path": path });
});

test("whatever attributes a span is given, the whole batch stays readable", () => {
  const template = register({ name: "fuzzed", kind: CLIENT });
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: codePoint }), fc.anything()), (attributes) => {
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

test.each([
  ["spans", (): void => undefined],
  ["rich spans", (): void => withDetails("/")],
])("when nothing leaves, %s are dropped and counted, and memory does not grow", (_, enrich) => {
  const template = register({ name: "x".repeat(150), kind: CLIENT });
  const span = root();
  const { droppedSpans, faults } = stats;
  const fill = (): void => {
    for (let count = 0; count < 6000; count++) {
      enrich();
      recordChild(template, span, nextChild(span), now(), now());
    }
    encodeRecords();
  };
  fill();
  const batch = takeBatch();
  const travelling = batch?.spans ?? 0;
  fill();
  expect(takeBatch()).toBeNull();
  if (batch !== null) release(batch);
  const left = collected().length;
  expect(left).toBeGreaterThan(1000);
  expect(stats.droppedSpans - droppedSpans).toBe(12_000 - travelling - left);
  expect(stats.faults).toBe(faults);
});

test("too many different operations lose their names, not their spans", () => {
  let last = 0;
  for (let count = 0; count < 5000; count++)
    last = register({ name: `name ${count}`, kind: CLIENT });
  recordSpan(last, root(), now());
  expect(collected()[0]).toMatchObject({ kind: CLIENT, name: "(too many)" });
});
