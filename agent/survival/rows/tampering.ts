/** Applications, polyfills and test tools change what everybody shares: before the agent is there, and under its feet. */
import type { Row } from "../row.ts";

const WORK = `require("$APPS/work.cjs")()`;

interface Change {
  code: string;
  /** It leaves the agent nothing to stand on. */
  robbed?: true;
  accepted?: string;
  /** Before the agent is there, it cannot start any more. */
  inertBefore?: true;
}

const CHANGES: Record<string, Change> = {
  "http.request wrapped": {
    code: `const http = require("node:http"); for (const n of ["request", "get"]) { const f = http[n]; http[n] = function (...a) { return f.apply(this, a); }; }`,
  },
  "http.Server.emit wrapped": {
    code: `const { Server } = require("node:http"); const emit = Server.prototype.emit; Server.prototype.emit = function (...a) { return emit.apply(this, a); };`,
  },
  "http frozen": {
    code: `Object.freeze(require("node:http")); Object.freeze(require("node:http").Server.prototype);`,
  },
  "the module loader frozen": {
    code: `Object.freeze(require("node:module").prototype);`,
    inertBefore: true,
  },
  "Module._load wrapped": {
    code: `const M = require("node:module"); const f = M._load; M._load = function (...a) { return f.apply(this, a); };`,
  },
  "Module.prototype.load wrapped": {
    code: `const M = require("node:module"); const f = M.prototype.load; M.prototype.load = function (...a) { return f.apply(this, a); };`,
  },
  "Promise replaced": { code: "globalThis.Promise = class extends Promise {};" },
  "Promise.then wrapped": {
    code: "const then = Promise.prototype.then; Promise.prototype.then = function (...a) { return then.apply(this, a); };",
  },
  "AsyncLocalStorage replaced": {
    code: `const hooks = require("node:async_hooks"); hooks.AsyncLocalStorage = class extends hooks.AsyncLocalStorage {};`,
  },
  "AsyncLocalStorage wrapped": {
    code: `const { AsyncLocalStorage: A } = require("node:async_hooks"); for (const n of ["run", "enterWith", "getStore", "exit"]) { const f = A.prototype[n]; A.prototype[n] = function (...a) { return f.apply(this, a); }; }`,
  },
  "timers that return numbers": {
    code: `const t = require("node:timers"); for (const n of ["setTimeout", "setInterval"]) { const f = globalThis[n]; globalThis[n] = t[n] = (...a) => Number(f(...a)); }`,
    inertBefore: true,
  },
  "timers that never fire": {
    code: `const t = require("node:timers"); const real = setTimeout; for (const n of ["setTimeout", "setInterval"]) globalThis[n] = t[n] = (w, ms, ...a) => (ms === 1 ? real(w, ms, ...a) : 1);`,
    inertBefore: true,
  },
  "no timers": {
    code: "const real = setTimeout; globalThis.setInterval = undefined; globalThis.clearTimeout = undefined; globalThis.clearInterval = undefined;",
  },
  "random numbers that are none": { code: "Math.random = () => NaN;" },
  "JSON wrapped": {
    code: "for (const n of ['parse', 'stringify']) { const f = JSON[n]; JSON[n] = function (...a) { return f.apply(this, a); }; }",
  },
  "JSON that throws": {
    code: "JSON.parse = JSON.stringify = () => { throw new Error('no JSON'); };",
    inertBefore: true,
  },
  "enumerable keys on Object.prototype": {
    code: "Object.prototype.polluted = 'yes'; Object.prototype.endpoint = 'x'; Object.prototype.legacyOff = { name: 'A', value: 'b' };",
  },
  "functions on Array.prototype": {
    code: "Array.prototype.contains = function (x) { return this.includes(x); };",
  },
  "descriptor keys on Object.prototype": {
    code: "Object.prototype.get = function () {}; Object.prototype.enumerable = true;",
    robbed: true,
    inertBefore: true,
  },
  "Map and WeakMap replaced": {
    code: "globalThis.Map = class extends Map {}; globalThis.WeakMap = class extends WeakMap {}; globalThis.Set = class extends Set {};",
  },
  "Function.call and apply wrapped": {
    code: "const { call } = Function.prototype; const bound = call.bind(call); Function.prototype.call = function (...a) { return bound(this, ...a); };",
  },
  "stack traces that throw": {
    code: "Error.prepareStackTrace = () => { throw new Error('no stack'); };",
  },
  "no stack traces": { code: "Error.stackTraceLimit = 0; Error.captureStackTrace = undefined;" },
  "no global process": { code: "globalThis.process = undefined;", robbed: true },
  "no resource list": { code: "process.getActiveResourcesInfo = undefined;" },
  "a resource list that throws": {
    code: "process.getActiveResourcesInfo = () => { throw new Error('no'); };",
  },
  "no fetch": { code: "globalThis.fetch = async () => ({ status: 0, text: async () => 'none' });" },
  "sockets that may not connect": {
    code: `const net = require("node:net"); const { connect } = net.Socket.prototype; net.Socket.prototype.connect = function (...a) { const o = Array.isArray(a[0]) ? a[0][0] : a[0]; if (o && o.path === undefined && o.agent === undefined && o.method === undefined && o.servername === undefined && o.hostname === undefined && o.httpSocket === undefined) { throw new Error("no network"); } return connect.apply(this, a); };`,
    robbed: true,
  },
  "names that nobody may look up": {
    code: `require("node:dns").lookup = () => { throw new Error("no names"); };`,
  },
  "process.emit wrapped": {
    code: "const { emit } = process; process.emit = function (...a) { return emit.apply(this, a); };",
  },
  "process.exit wrapped": {
    code: "const { exit, reallyExit } = process; process.exit = (c) => exit.call(process, c); process.reallyExit = (c) => reallyExit.call(process, c);",
  },
  "all listeners of the process removed": { code: "process.removeAllListeners();" },
  "arguments of the process removed": { code: "process.argv = []; process.execArgv = [];" },
  "a frozen environment": {
    code: "process.env = Object.freeze({ ...process.env });",
    inertBefore: true,
  },
  "no stderr": { code: "Object.defineProperty(process, 'stderr', { value: undefined });" },
  "a stderr that throws": {
    code: "Object.defineProperty(process, 'stderr', { get() { throw new Error('no stderr'); } });",
  },
  "a console that is frozen": { code: "Object.freeze(console);" },
  "one listener is enough": {
    code: "require('node:events').defaultMaxListeners = 1;",
    accepted: "a limit of one listener counts ours on a response and on a socket",
  },
  "channels that are watched": {
    code: `const dc = require("node:diagnostics_channel"); let n = 0; dc.channel("http.server.request.start").subscribe(() => n++); process.on("exit", () => console.log("seen", n));`,
  },
  "publishing replaced": {
    code: `require("node:diagnostics_channel").Channel.prototype.publish = () => {};`,
  },
  "instructions for ESM": {
    code: "globalThis.window = globalThis; globalThis.document = {}; globalThis.self = globalThis;",
  },
  "the global frozen": { code: "Object.freeze(globalThis);", inertBefore: true },
  "shared prototypes frozen": {
    code: "for (const each of [Object, Array, Function, Map, Set, Promise, Error, String]) { Object.freeze(each); Object.freeze(each.prototype); }",
  },
};

const before = ([fault, { code, inertBefore, ...rest }]: [string, Change]): Row => ({
  fault: `tampering: ${fault}`,
  moment: "before",
  preloaded: code,
  code: WORK,
  agent: inertBefore ? "inert" : "active",
  ...rest,
});

/** After the agent has connected: the timers and sockets that it uses then are already the changed ones. */
const load = ([fault, { code, robbed, accepted }]: [string, Change]): Row => ({
  fault: `tampering: ${fault}`,
  moment: "load",
  code: `const later = setTimeout; require("$APPS/work.cjs")(1).then(() => { ${code}\nlater(() => void ${WORK}, 50); });`,
  ...(robbed ? { robbed } : {}),
  ...(accepted ? { accepted } : {}),
});

export const tampering: Row[] = Object.entries(CHANGES).flatMap((change) => [
  before(change),
  load(change),
]);
