/** Processes, threads and contexts that the application makes: each loads the agent again, or must not. */
import { at, type Row } from "../row.ts";

const HEAD = `const { fork, spawn, exec, execFile, spawnSync } = require("node:child_process");
const { Worker, SHARE_ENV, isMainThread, MessageChannel } = require("node:worker_threads");
const vm = require("node:vm");
const show = (name) => (...all) => console.log(name, ...all.map(String));
`;

const CODE: Record<string, string> = {
  fork: `if (process.send) { process.send("hello"); process.once("message", () => process.disconnect()); }
else { const child = fork(__filename); child.on("message", (m) => { console.log(m); child.send("bye"); }); child.on("exit", show("exit")); }`,
  "fork that is killed": `if (process.send) { process.send("up"); setInterval(() => {}, 1000); }
else { const child = fork(__filename); child.on("message", () => child.kill("SIGKILL")); child.on("exit", show("exit")); }`,
  spawn: `spawn(process.execPath, ["-p", "1 + 1"], { stdio: "inherit" }).on("exit", show("exit"));`,
  "spawn without environment": `spawn(process.execPath, ["-p", "1 + 1"], { stdio: "inherit", env: {} }).on("exit", show("exit"));`,
  "spawn of no Node": `spawn("echo", ["hello"], { stdio: "inherit" }).on("exit", show("exit"));`,
  spawnSync: `console.log(spawnSync(process.execPath, ["-e", "process.exit(3)"]).status);`,
  exec: `exec("exit 4", (error) => console.log(error.code));`,
  "execFile that fails": `execFile("/nowhere", (error) => console.log(error.code));`,
  "a detached child": `const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 50)"], { detached: true, stdio: "ignore" }); child.unref(); console.log("left");`,
  "a worker": `if (isMainThread) new Worker(__filename).on("message", show("message")).on("exit", show("exit"));
else { require("node:worker_threads").parentPort.postMessage("hello"); require("$APPS/work.cjs")(1); }`,
  "a worker that throws": `if (isMainThread) new Worker(__filename).on("error", (e) => console.log(e.message)).on("exit", show("exit")); else throw new Error("planned");`,
  "a worker that is terminated": `if (isMainThread) { const w = new Worker(__filename); w.on("online", () => w.terminate().then(show("ended"))); } else setInterval(() => {}, 1000);`,
  "a worker that exits": `if (isMainThread) new Worker(__filename).on("exit", show("exit")); else process.exit(5);`,
  "a worker of its own environment": `new Worker("console.log(process.env.A)", { eval: true, env: { A: "b" }, execArgv: [] }).on("exit", show("exit"));`,
  "a worker that shares the environment": `new Worker("process.env.A = 'c'", { eval: true, env: SHARE_ENV }).on("exit", () => console.log(process.env.A));`,
  "a small worker": `new Worker("require('$APPS/work.cjs')(1)", { eval: true, resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 } }).on("exit", show("exit"));`,
  "many workers": `let left = 6; for (let i = 0; i < 6; i++) new Worker("0", { eval: true }).on("exit", () => { if (--left === 0) console.log("all"); });`,
  "a message channel": `const { port1, port2 } = new MessageChannel(); port1.once("message", (m) => { console.log(m); port1.close(); }); port2.postMessage({ a: 1 });`,
  "a vm context": `const c = vm.createContext({ console, require, out: [] }); vm.runInContext("out.push(typeof process, 1 + 1); console.log(out.join())", c); require("$APPS/work.cjs")(1);`,
  "a vm context without code from strings": `const c = vm.createContext({}, { codeGeneration: { strings: false } }); try { vm.runInContext("eval('1')", c); } catch (e) { console.log(e.name); }`,
  "work inside a vm context": `const c = vm.createContext(Object.create(globalThis, { require: { value: require } })); vm.runInContext("require('$APPS/work.cjs')(1)", c);`,
  "a vm that times out": `try { vm.runInNewContext("for (;;);", {}, { timeout: 20 }); } catch (e) { console.log(e.code); }`,
  "the agent's file read anew": `for (const key of Object.keys(require.cache)) delete require.cache[key]; const m = process.env.NODE_OPTIONS.match(/\\S*agent\\.cjs/); if (m) require(m[0]); require("$APPS/work.cjs")(1);`,
  "a domain": `const d = require("node:domain").create(); d.on("error", (e) => console.log(e.message)); d.run(() => setTimeout(() => { throw new Error("planned"); }, 10));`,
  "a blocked loop": `const end = Date.now() + 700; setTimeout(() => require("$APPS/work.cjs")(1), 30); while (Date.now() < end);`,
};

/** Threads inherit the preloads, witness included; it keeps silent there. */
const programs: Row[] = Object.entries(CODE).map(([fault, code]) => ({
  fault: `process: ${fault}`,
  moment: "before",
  code: HEAD + code,
  agent: fault === "spawn without environment" ? "unknown" : "active",
}));

const cluster = at(["start", "load", "shutdown"], {
  fault: "process: cluster",
  service: true,
  args: ["$APPS/cluster.cjs"],
});

export const processes: Row[] = [
  ...programs,
  ...cluster,
  { fault: "process: a package manager", moment: "before", args: ["$APPS/npm.js"], agent: "inert" },
];
