/** Somebody else instruments the process, before us, after us, or in the application's own code. */
import type { Row } from "../row.ts";

const WORK = `require("$APPS/work.cjs")();`;

/** A tracer of the application's own, as small as one can be: it prints what it is asked to trace. */
const OWN = `
const api = require("@opentelemetry/api");
const noop = api.INVALID_SPAN_CONTEXT;
const tracer = { startSpan: (name) => { console.log("traced", name); return api.trace.wrapSpanContext(noop); },
  startActiveSpan: (name, ...rest) => { console.log("traced", name); return rest.pop()(api.trace.wrapSpanContext(noop)); } };
const provider = { getTracer: () => tracer };
`;
const GLOBAL = `${OWN}globalThis[Symbol.for("opentelemetry.js.api.1")] = { version: "1.9.0", trace: provider };`;

const other = (
  fault: string,
  row: Omit<Row, "fault" | "moment">,
  moment: Row["moment"] = "before",
): Row => ({
  fault: `other agent: ${fault}`,
  moment,
  code: WORK,
  ...row,
});

export const others: Row[] = [
  other("a registered tracer", { preloaded: GLOBAL, agent: "inert" }),
  other("a registered meter", {
    preloaded: `globalThis[Symbol.for("opentelemetry.js.api.1")] = { version: "1.9.0", metrics: { getMeter: () => require("@opentelemetry/api").createNoopMeter() } };`,
    agent: "inert",
  }),
  other("a diagnostic logger", {
    preloaded: `const { diag, DiagConsoleLogger } = require("@opentelemetry/api"); diag.setLogger(new DiagConsoleLogger());`,
  }),
  other("an API of another version", {
    preloaded: `globalThis[Symbol.for("opentelemetry.js.api.1")] = { version: "1.0.0" };`,
    agent: "unknown",
  }),
  other("named in NODE_OPTIONS", {
    preloaded: "",
    env: { NODE_OPTIONS_OF: "dd-trace" },
    flags: ["--conditions=dd-trace/init"],
    agent: "inert",
  }),
  other(
    "a stock SDK by the application",
    {
      code: `
const { NodeSDK, tracing } = require("@opentelemetry/sdk-node");
const sdk = new NodeSDK({ spanProcessors: [], instrumentations: [], serviceName: "app" });
sdk.start();
${WORK.replace(";", "")}.then(() => sdk.shutdown()).then(() => console.log("shut down"));`,
      agent: "active",
      from: 20,
    },
    "load",
  ),
  other(
    "a provider registered by the API alone",
    {
      code: `${OWN}console.log(api.trace.setGlobalTracerProvider(provider)); ${WORK}`,
    },
    "load",
  ),
  other(
    "a diagnostic logger set late",
    {
      code: `const { diag, DiagConsoleLogger, DiagLogLevel } = require("@opentelemetry/api"); console.log(diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.INFO)); diag.info("heard"); ${WORK}`,
    },
    "load",
  ),
  other(
    "a provider registered in ESM",
    {
      esm: true,
      code: `import * as api from "@opentelemetry/api";
const tracer = { startSpan: (name) => { console.log("traced", name); return api.trace.wrapSpanContext(api.INVALID_SPAN_CONTEXT); } };
console.log(api.trace.setGlobalTracerProvider({ getTracer: () => tracer }));
api.trace.getTracer("app").startSpan("own").end();
console.log(api.trace.setGlobalTracerProvider({ getTracer: () => tracer }));`,
    },
    "load",
  ),
  other(
    "hostile arguments",
    {
      code: `const { trace, metrics, context, propagation } = require("@opentelemetry/api");
const hostile = [undefined, null, 0, NaN, -1, 1n, "", "x".repeat(1e5), Symbol("s"), {}, [], () => { throw new Error("called"); }, new Proxy({}, { ownKeys() { throw new Error("keys"); } }), Object.create(null), { get a() { throw new Error("a"); } }, new Date(NaN), { then: 1 }, new Map(), Buffer.alloc(3)];
const tracer = trace.getTracer("app"); const meter = metrics.getMeter("app");
let calls = 0;
const quietly = (name, work) => { calls++; try { work(); } catch (error) { console.log(name, String(error && error.message).slice(0, 80)); } };
for (const [at, a] of hostile.entries()) for (const b of [undefined, null, hostile[(at + 5) % hostile.length]]) {
  const span = tracer.startSpan("span");
  for (const method of ["setAttribute", "setAttributes", "addEvent", "addLink", "addLinks", "setStatus", "updateName", "recordException", "end"]) quietly(method, () => span[method](a, b));
  for (const kind of ["createCounter", "createUpDownCounter", "createHistogram", "createGauge"]) quietly(kind, () => { const made = meter[kind](a, b); (made.add || made.record).call(made, a, b); (made.add || made.record).call(made, 1, a); });
  quietly("startSpan", () => tracer.startSpan(a, b).end(a));
  quietly("links", () => tracer.startSpan("x", { links: [a], attributes: b, startTime: a, kind: b }).end());
  quietly("extract", () => propagation.extract(context.active(), { traceparent: a, baggage: b }));
  quietly("inject", () => propagation.inject(context.active(), {}, { set() {} }));
}
console.log(calls);`,
    },
    "load",
  ),
  other(
    "a context manager registered by the API alone",
    {
      code: `${OWN}
const contextManager = { active: () => api.ROOT_CONTEXT, with: (c, f, self, ...args) => f.apply(self, args), bind: (c, f) => f, enable() { return this; }, disable() { return this; } };
console.log(api.context.setGlobalContextManager(contextManager)); ${WORK}`,
    },
    "load",
  ),
  other(
    "providers disabled by the application",
    {
      code: `${OWN}api.trace.disable(); api.context.disable(); api.metrics.disable(); api.propagation.disable(); console.log("disabled"); ${WORK}`,
    },
    "load",
  ),
  other(
    "disabled, then registered anew",
    {
      code: `${OWN}api.trace.disable(); console.log(api.trace.setGlobalTracerProvider(provider)); ${WORK}`,
    },
    "load",
  ),
  other(
    "a provider that is shut down",
    {
      code: `const { trace } = require("@opentelemetry/api");
const provider = trace.getTracerProvider(); const real = provider.getDelegate?.() ?? provider;
Promise.resolve(real.shutdown?.()).then(() => real.forceFlush?.()).then(() => require("$APPS/work.cjs")());`,
    },
    "shutdown",
  ),
  other(
    "the API's global removed",
    {
      code: `delete globalThis[Symbol.for("opentelemetry.js.api.1")]; ${WORK}`,
    },
    "load",
  ),
  other("a module hook (require-in-the-middle style)", {
    preloaded: `
const Module = require("node:module"); const load = Module._load; const wrapped = new Set();
Module._load = function (id, ...rest) { const found = load.call(this, id, ...rest); if (id === "node:http") wrapped.add(id); return found; };
process.on("exit", () => console.log([...wrapped].join()));`,
  }),
  other("the agent twice", {
    options: "",
    postloaded: `require(process.env.NODE_OPTIONS.match(/\\S*agent\\.cjs/)?.[0] ?? "node:fs");`,
  }),
  other("async_hooks", {
    preloaded: `const seen = new Set(); require("node:async_hooks").createHook({ init(id, type) { seen.add(type); } }).enable();`,
  }),
];
