/** Every way in which a process ends, with a collector that is well, one that is down, and one that never answers. */
import type { FaultName } from "../faults.ts";
import type { Row } from "../row.ts";

/** Says when it is told what, so that an end that comes twice, late, or not at all is seen. */
const HEAD = `
const { trace } = require("@opentelemetry/api");
process.on("beforeExit", (code) => console.log("beforeExit", code));
process.on("exit", (code) => console.log("exit", code));
const soon = (work) => setTimeout(work, 60);
const kill = (signal) => soon(() => process.kill(process.pid, signal));
const on = (signal, work) => process.on(signal, (...all) => { console.log(signal, all[0]); work?.(); });
trace.getTracer("app").startSpan("work").end();
`;

const WAYS: Record<string, string> = {
  "nothing to do": "",
  "the last timer": "soon(() => console.log('done'));",
  "process.exit": "soon(() => process.exit(3));",
  "process.exit at once": "process.exit(4);",
  "an exit code": "process.exitCode = 5;",
  reallyExit: "process.reallyExit(6);",
  "an uncaught exception": "soon(() => { throw new Error('planned'); });",
  "an uncaught exception at once": "throw new Error('planned');",
  "a caught uncaught exception":
    "on('uncaughtException'); soon(() => { throw new Error('planned'); });",
  "a listener that throws":
    "on('uncaughtException', () => { throw new Error('again'); }); soon(() => { throw new Error('planned'); });",
  "an unhandled rejection": "soon(() => Promise.reject(new Error('planned')));",
  "an unhandled rejection with a listener":
    "process.on('unhandledRejection', (error) => { console.log('rejected', error.message); process.exitCode = 7; }); Promise.reject(new Error('planned'));",
  "more work in beforeExit":
    "let left = 3; process.on('beforeExit', () => { if (left-- > 0) soon(() => console.log('more', left)); });",
  "process.exit in beforeExit": "process.on('beforeExit', () => process.exit(8));",
  "a throw in exit": "process.on('exit', () => { throw new Error('planned'); });",
  "an exit code changed in exit": "process.on('exit', () => { process.exitCode = 9 + 1; });",
  SIGTERM: "kill('SIGTERM'); setInterval(() => {}, 1000);",
  "SIGTERM with a listener":
    "on('SIGTERM', () => process.exit(11)); kill('SIGTERM'); setInterval(() => {}, 1000);",
  "SIGTERM with a slow listener":
    "on('SIGTERM', () => soon(() => { console.log('drained'); process.exit(0); })); kill('SIGTERM'); setInterval(() => {}, 1000);",
  "SIGTERM, once, and again":
    "process.once('SIGTERM', () => { console.log('once'); kill('SIGTERM'); }); kill('SIGTERM'); setInterval(() => {}, 1000);",
  SIGINT: "kill('SIGINT'); setInterval(() => {}, 1000);",
  "SIGINT with a listener":
    "on('SIGINT', () => process.exit(12)); kill('SIGINT'); setInterval(() => {}, 1000);",
  SIGHUP: "kill('SIGHUP'); setInterval(() => {}, 1000);",
  "SIGUSR2 with a listener":
    "on('SIGUSR2', () => process.exit(13)); kill('SIGUSR2'); setInterval(() => {}, 1000);",
  SIGKILL: "kill('SIGKILL'); setInterval(() => {}, 1000);",
  "a disconnected timer": "setInterval(() => {}, 10).unref();",
  "an open server that is let go":
    "require('node:http').createServer().listen(0, function () { console.log('up'); this.unref(); });",
};

/** In these somebody prints a stack from inside a listener of the process. */
const WITH_OUR_FRAME = new Set(["a listener that throws", "a throw in exit"]);
/** Why our watch over the end (agent/src/exit.ts) stands in them. */
export const OUR_FRAME =
  "one frame of ours in stacks of the process's listeners: a listener of our own would be counted, and would keep a signal from ending it";

const SURROUNDINGS: [string, FaultName | undefined][] = [
  ["", undefined],
  [", collector down", "refuses connections"],
  [", collector silent", "accepts and never answers"],
];

export const endings: Row[] = Object.entries(WAYS).flatMap(([way, code]) =>
  SURROUNDINGS.map(([around, collector]) => ({
    fault: `ending: ${way}${around}`,
    moment: "before" as const,
    code: HEAD + code,
    ...(collector ? { collector } : {}),
    ...(WITH_OUR_FRAME.has(way) ? { accepted: OUR_FRAME } : {}),
  })),
);
