import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "@jest/globals";
import { Queue, type QueueOptions } from "./queue.ts";

let queue: Queue | undefined;
afterEach(async () => {
  await queue?.stop();
});

const open = (work: QueueOptions["work"], concurrency = 4): Queue => {
  queue = new Queue({ work, concurrency, settleMs: 5, spacingMs: 10 });
  return queue;
};

/** Work that lasts until it is let go. */
const held = () => {
  const begun: string[] = [];
  const release: (() => void)[] = [];
  const work = (key: string): Promise<undefined> => {
    begun.push(key);
    return new Promise((resolve) => {
      release.push(() => resolve(undefined));
    });
  };
  return { begun, work, release };
};

test("a burst is one look", async () => {
  const { begun, work, release } = held();
  const opened = open(work);
  for (let index = 0; index < 100; index += 1) opened.add("a");
  await sleep(30);
  expect(begun).toEqual(["a"]);
  release[0]?.();
});

test("what is asked for during a look is looked at once more, never at the same time", async () => {
  const { begun, work, release } = held();
  const opened = open(work);
  opened.add("a");
  await sleep(15);
  opened.add("a");
  opened.add("a");
  await sleep(15);
  expect(begun).toEqual(["a"]);
  release[0]?.();
  await sleep(30);
  expect(begun).toEqual(["a", "a"]);
  release[1]?.();
});

test("no more than so many looks at once, and nothing is forgotten", async () => {
  const { begun, work, release } = held();
  const opened = open(work, 2);
  for (const key of ["a", "b", "c"]) opened.add(key);
  await sleep(20);
  expect(begun).toEqual(["a", "b"]);
  release[0]?.();
  await sleep(20);
  expect(begun).toEqual(["a", "b", "c"]);
  release[1]?.();
  release[2]?.();
  await sleep(5);
  expect(opened.size).toBe(0);
});

test("a key comes again after the time that its last look named, or sooner when it is asked for", async () => {
  const looks: number[] = [];
  const begin = performance.now();
  const opened = open(async () => {
    looks.push(performance.now() - begin);
    return looks.length === 1 ? 0.05 : 100;
  });
  opened.add("a");
  await sleep(90);
  expect(looks).toHaveLength(2);
  expect(looks[1]).toBeGreaterThan(50);
  opened.add("a");
  await sleep(20);
  expect(looks).toHaveLength(3);
});

test("a look that never ends is seen", async () => {
  const { work, release } = held();
  const opened = open(work);
  expect(opened.longestRunMs()).toBe(0);
  opened.add("a");
  // It grows as long as nobody ends it: never, and the test runs out of time.
  while (opened.longestRunMs() < 10) await sleep(1);
  release[0]?.();
  while (opened.longestRunMs() > 0) await sleep(1);
});

test("stopping waits for what runs and starts nothing more", async () => {
  const { begun, work, release } = held();
  const opened = open(work, 1);
  opened.add("a");
  opened.add("b");
  await sleep(15);
  const stopping = opened.stop();
  release[0]?.();
  await stopping;
  await sleep(15);
  expect(begun).toEqual(["a"]);
});

test("changes that never stop do not make looks that never stop", async () => {
  let looks = 0;
  const opened = new Queue({ work: async () => ((looks += 1), 100), settleMs: 1, spacingMs: 50 });
  queue = opened;
  for (let index = 0; index < 40; index += 1) {
    opened.add("a");
    await sleep(5);
  }
  expect(looks).toBeGreaterThan(2);
  expect(looks).toBeLessThan(8);
});
