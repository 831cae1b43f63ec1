/** Spans that an application makes by hand, and everything it can say about them. */
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { play, type Scenario } from "../stage.ts";
import { within } from "../within.ts";

const tracer = trace.getTracer("app", "1.2.3");

const nested: Scenario = async () =>
  within("outer", () =>
    within("middle", async () => {
      tracer.startSpan("inner one").end();
      tracer.startSpan("inner two").end();
    }),
  );

const attributes: Scenario = async () => {
  const span = tracer.startSpan("attributes", { attributes: { first: 1, text: "a" } });
  span.setAttribute("int", 42).setAttribute("negative", -1).setAttribute("double", 1.5);
  span.setAttributes({ yes: true, no: false, empty: "", zero: 0, unicode: "한국어 🎉" });
  span.setAttributes({ strings: ["a", "b"], numbers: [1, 2.5], booleans: [true, false], none: [] });
  span.setAttributes({ big: 2 ** 53, precise: 0.1 + 0.2, huge: 1e300, text: "overwritten" });
  span.end();
};

/** What no attribute may be; types would not let it through. */
const oddAttributes: Scenario = async () => {
  const odd: Record<string, unknown> = {
    undefined: undefined,
    null: null,
    nan: Number.NaN,
    infinity: Infinity,
    symbol: Symbol("s"),
    function: () => 1,
    date: new Date(0),
    mixed: [1, "a"],
    holes: ["a", undefined, null],
    nested: [["a"]],
    "": "no key",
    lone: "a\uD800b",
  };
  const span = tracer.startSpan("odd attributes");
  span.setAttributes(odd);
  span.end();
};

const structured: Scenario = async () => {
  const span = tracer.startSpan("structured");
  span.setAttribute("object", { a: 1, b: { c: ["d"] } });
  span.setAttribute("bytes", new Uint8Array([1, 2, 3]));
  span.end();
};

const limits: Scenario = async () => {
  const span = tracer.startSpan("limits");
  for (let at = 0; at < 140; at++) {
    span.setAttribute(`a${at}`, at);
    span.addEvent(`e${at}`);
    span.addLink({ context: { traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 } });
  }
  span.end();
};

const events: Scenario = async () => {
  const span = tracer.startSpan("events");
  span.addEvent("plain");
  span.addEvent("with attributes", { percent: 50, words: ["a"] });
  span.addEvent("with a time", [1_700_000_000, 5]);
  span.addEvent("with both", { a: 1 }, new Date(1_700_000_000_000));
  span.end();
};

const exceptions: Scenario = async () => {
  const span = tracer.startSpan("exceptions");
  const bare = (error: Error): Error => Object.assign(error, { stack: "at the planned place" });
  span.recordException(bare(new TypeError("planned")));
  span.recordException("only a text");
  span.recordException({ name: "Named", message: "by hand" });
  span.recordException(bare(Object.assign(new Error("with a code"), { code: "E_CODE" })));
  span.recordException({ code: 12, message: "number" });
  span.end();
};

const links: Scenario = async () => {
  const other = tracer.startSpan("other");
  other.end();
  const remote = { traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1, isRemote: true };
  const span = tracer.startSpan("links", {
    links: [{ context: other.spanContext(), attributes: { from: "start" } }],
  });
  span.addLink({ context: remote });
  span.addLinks([{ context: remote, attributes: { n: 1 } }]);
  span.end();
};

const statuses: Scenario = async () => {
  const { OK, ERROR, UNSET } = SpanStatusCode;
  const cases: [string, { code: SpanStatusCode; message?: string }[]][] = [
    ["unset", []],
    ["ok", [{ code: OK }]],
    ["error", [{ code: ERROR, message: "why" }]],
    ["ok wins", [{ code: OK }, { code: ERROR, message: "late" }]],
    ["error then ok", [{ code: ERROR, message: "first" }, { code: OK }]],
    ["unset does nothing", [{ code: ERROR, message: "stays" }, { code: UNSET }]],
    [
      "last error",
      [
        { code: ERROR, message: "one" },
        { code: ERROR, message: "two" },
      ],
    ],
    ["ok without message", [{ code: OK, message: "ignored" }]],
  ];
  for (const [name, all] of cases) {
    const span = tracer.startSpan(name);
    for (const status of all) span.setStatus(status);
    span.end();
  }
};

const kinds: Scenario = async () => {
  for (const kind of [
    SpanKind.INTERNAL,
    SpanKind.SERVER,
    SpanKind.CLIENT,
    SpanKind.PRODUCER,
    SpanKind.CONSUMER,
  ])
    tracer.startSpan(`kind ${kind}`, { kind }).end();
};

const names: Scenario = async () => {
  const span = tracer.startSpan("before");
  span.updateName("after");
  span.end();
  span.updateName("too late");
  tracer.startSpan("").end();
  tracer.startSpan("한국어").end();
  tracer.startSpan("n".repeat(300)).end();
};

const afterTheEnd: Scenario = async () => {
  const span = tracer.startSpan("ended");
  const before = span.isRecording();
  span.end();
  span.setAttribute("late", 1).addEvent("late").setStatus({ code: SpanStatusCode.ERROR });
  span.end();
  return [before, span.isRecording()];
};

const times: Scenario = async () => {
  const start = [1_700_000_000, 250_000_000] as [number, number];
  const span = tracer.startSpan("times", { startTime: start });
  span.end([1_700_000_001, 0]);
  const dated = tracer.startSpan("dated", { startTime: new Date(1_700_000_000_000) });
  dated.end(1_700_000_002_000);
};

export const scenarios = {
  nested,
  attributes,
  oddAttributes,
  structured,
  limits,
  events,
  exceptions,
  links,
  statuses,
  kinds,
  names,
  afterTheEnd,
  times,
};

if (import.meta.main) void play(scenarios);
