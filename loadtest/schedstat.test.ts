import { expect, test } from "@jest/globals";
import { existsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { cpuReader } from "./schedstat.ts";

// Not on systems whose kernel keeps no such account.
const measured = existsSync(`/proc/${process.pid}/task`) ? test : test.skip;

/** Until that much CPU was used, however long it takes. */
const work = (ms: number): void => {
  for (const start = process.cpuUsage(); process.cpuUsage(start).user < ms * 1000;);
};

measured("work shows as CPU time of the process", async () => {
  const cpu = cpuReader(() => [process.pid]);
  const before = cpu();
  work(40);
  // The account of a thread is complete once it has slept.
  await setTimeout(5);
  expect(cpu() - before).toBeGreaterThan(20e6);
});

measured("a thread that ended keeps what it had used", async () => {
  const cpu = cpuReader(() => [process.pid]);
  const code =
    "for (const end = Date.now() + 100; Date.now() < end; ); require('node:worker_threads').parentPort.postMessage(1); setTimeout(() => {}, 50)";
  const worker = new Worker(code, { eval: true });
  await new Promise((done) => {
    worker.once("message", done);
  });
  const during = cpu();
  await new Promise((done) => {
    worker.once("exit", done);
  });
  expect(cpu()).toBeGreaterThanOrEqual(during);
});

test("where there is no process there is no number", () => {
  expect(() => cpuReader(() => [])()).toThrow("no CPU time");
  expect(() => cpuReader(() => [2 ** 22 + 1])()).toThrow("no CPU time");
});
