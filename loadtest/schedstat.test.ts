import { expect, test } from "@jest/globals";
import { existsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { cpuReader, neighbours, threadsOf } from "./schedstat.ts";

// Not on systems whose kernel keeps no such account.
const measured = existsSync(`/proc/${process.pid}/task`) ? test : test.skip;

/** Until that much CPU was used, however long it takes. */
const work = (ms: number): void => {
  for (const start = process.cpuUsage(); process.cpuUsage(start).user < ms * 1000;);
};

measured("work shows as CPU time of the process", async () => {
  const cpu = cpuReader(() => threadsOf(process.pid));
  const before = cpu();
  work(40);
  // The account of a thread is complete once it has slept.
  await setTimeout(5);
  expect(cpu() - before).toBeGreaterThan(20e6);
});

measured("a thread that ended keeps what it had used", async () => {
  const cpu = cpuReader(() => threadsOf(process.pid));
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
  expect(() => cpuReader(() => threadsOf(2 ** 22 + 1))()).toThrow("no CPU time");
});

test("a thread that is gone, and one that was given its number, both count", () => {
  const looks: [string, number][][] = [
    [
      ["1/1", 100],
      ["1/2", 50],
    ],
    [["1/1", 110]],
    [
      ["1/1", 120],
      ["1/2", 5],
    ],
    [
      ["1/1", 120],
      ["1/2", 9],
    ],
  ];
  const cpu = cpuReader(() => looks.shift() ?? []);
  expect([cpu(), cpu(), cpu(), cpu()]).toEqual([150, 160, 175, 179]);
});

measured("neighbours are all but the first process and oneself", () => {
  const found = neighbours(process.pid);
  expect(found).not.toContain(process.pid);
  expect(found).not.toContain(1);
});
