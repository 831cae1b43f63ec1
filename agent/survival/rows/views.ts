/** What an application can see of us by looking: whatever it prints of itself is the same. */
import type { Row } from "../row.ts";
import { OUR_FRAME } from "./endings.ts";

const VIEWS: Record<string, string> = {
  "names on the global object":
    "console.log(Object.keys(globalThis).join(), Object.getOwnPropertyNames(globalThis).length);",
  "listeners of the process":
    "for (const e of ['exit', 'beforeExit', 'SIGTERM', 'SIGINT', 'SIGHUP', 'uncaughtException', 'unhandledRejection', 'warning', 'multipleResolves', 'message']) console.log(e, process.listenerCount(e)); console.log(process.eventNames().map(String).join());",
  "keys of the process": "console.log(Object.keys(process).sort().join());",
  "the main module":
    "console.log(require.main === module, module.parent, module.children.length, module.paths.length);",
  "the module cache":
    "console.log(Object.keys(require.cache).map((f) => f.split('/').pop()).filter((f) => f !== 'agent.cjs').join());",
  arguments:
    "console.log(process.argv.length, process.execArgv.join(), process.argv0.split('/').pop(), process.title);",
  "open resources": "setTimeout(() => console.log(process.getActiveResourcesInfo?.().join()), 5);",
  "timers in time":
    "let n = 0; const t = setInterval(() => { if (++n === 5) { clearInterval(t); console.log('five'); } }, 10);",
  "keys of a request": `require("node:http").createServer((q, s) => { console.log(Object.keys(q).join(), Object.keys(s).join(), Object.keys(q.socket).join()); s.end(); }).listen(0, function () { require("node:http").get({ port: this.address().port, agent: false }, (r) => { r.resume(); console.log(Object.keys(r).join()); this.close(); }); });`,
  "headers of a request": `require("node:http").createServer((q, s) => { console.log(q.rawHeaders.filter((h) => !/^[\\w.]+:\\d+$|^traceparent$|^00-/.test(h)).join()); s.end(); }).listen(0, function () { require("node:http").get({ port: this.address().port, agent: false }, (r) => { r.resume(); this.close(); }); });`,
  "headers given as a list": `require("node:http").createServer((q, s) => { console.log(q.rawHeaders.filter((h) => !/^[\\w.]+:\\d+$|^traceparent$|^00-/.test(h)).join()); s.end(); }).listen(0, function () { require("node:http").get({ port: this.address().port, agent: false, headers: ["A", "b", "a", "c", "Host", "x"] }, (r) => { r.resume(); this.close(); }); });`,
  "a stack":
    "const deep = () => new Error('planned').stack; console.log(deep().replace(/program-\\d+/g, 'program'));",
  "a stack of a listener":
    "process.on('SIGUSR2', () => { console.log(new Error('planned').stack.split('\\n').length); process.exit(); }); process.kill(process.pid, 'SIGUSR2'); setTimeout(() => {}, 1000);",
  "an async stack":
    "(async () => { await 1; console.log(new Error('planned').stack.split('\\n').length); })();",
  warnings:
    "process.on('warning', (w) => console.log(w.name, w.message)); process.emitWarning('planned'); setTimeout(() => {}, 50);",
  "its own context": `const { AsyncLocalStorage, executionAsyncId } = require("node:async_hooks"); const s = new AsyncLocalStorage(); s.run(1, () => setTimeout(() => console.log(s.getStore()), 5)); console.log(s.getStore());`,
  "sources of functions":
    "console.log(String(process.emit).length > 0, process.emit.name, process.emit.length, require('node:module').prototype.load.name, require('node:module').prototype.load.length);",
  "a heap snapshot of nothing":
    "const { heap_size_limit } = require('node:v8').getHeapStatistics(); console.log(heap_size_limit > 0);",
  serialisation:
    "console.log(require('node:v8').deserialize(require('node:v8').serialize(new Map([[1, { a: [2] }]]))));",
};

const ACCEPTED: Record<string, string> = {
  "an async stack":
    "before Node 20, a frame of Node's own appears in asynchronous stacks where AsyncLocalStorage is used",
  "a stack of a listener": OUR_FRAME,
  "keys of a request": "Node's own count of a response's listeners appears earlier among its keys",
};

export const views: Row[] = Object.entries(VIEWS).map(([fault, code]) => {
  const accepted = ACCEPTED[fault];
  return { fault: `view: ${fault}`, moment: "before", code, ...(accepted ? { accepted } : {}) };
});
