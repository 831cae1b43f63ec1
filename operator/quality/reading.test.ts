import { expect, test } from "@jest/globals";
import type { Jaeger } from "../measurement/jaeger.ts";
import { readSpans } from "./reading.ts";
import { span } from "./testing/scene.ts";

const window = { start: 1000, end: 1300 };

/** A store with a trace of so many spans every so often, the latest first, as it answers a search. */
const store = ({ every, spans = 1 }: { every: number; spans?: number }) => {
  const some = Array.from({ length: spans }, (_, nth) => span({ spanId: `${nth}` }));
  const sizes: number[] = [];
  const door: Jaeger = {
    search: async ({ from, to, limit }) => {
      const [first, last] = [Math.ceil(from / every), Math.floor(to / every)];
      const count = Math.min(limit, last - first + 1);
      sizes.push(count * spans);
      return Array.from({ length: count }, (_, nth) => ({ traceId: `${last - nth}`, spans: some }));
    },
    trace: async () => undefined,
    names: async () => [],
  };
  return { door, sizes };
};

const read = ({ door }: { door: Jaeger }, services = ["api"]) =>
  readSpans(door, { services, window, isWanted: () => true });

test("few traces are read as they are, with those that began shortly before", async () => {
  const found = await read(store({ every: 20 }));
  expect(found).toMatchObject({ window });
  expect(found?.spans).toHaveLength(16);
});

test("a trace that two components are in is read once", async () => {
  expect((await read(store({ every: 20 }), ["api", "worker"]))?.spans).toHaveLength(16);
});

test("what nobody wants is not kept", async () => {
  const { door } = store({ every: 20, spans: 3 });
  const wish = {
    services: ["api"],
    window,
    isWanted: ({ spanId }: { spanId: string }) => spanId === "1",
  };
  expect((await readSpans(door, wish))?.spans).toHaveLength(16);
});

test("more is read in slices, none of them too large", async () => {
  const filled = store({ every: 0.25, spans: 20 });
  const found = await read(filled);
  expect(found?.window).toEqual(window);
  expect(found?.spans).toHaveLength(((300 + 10) * 4 + 1) * 20);
  expect(Math.max(...filled.sizes)).toBeLessThanOrEqual(10_000);
});

test("of more than can be read the end of the window is, all of it", async () => {
  const found = await read(store({ every: 0.1, spans: 40 }));
  const { start = 0, end = 0 } = found?.window ?? {};
  expect(end).toBe(window.end);
  expect(start).toBeGreaterThan(window.start + 100);
  const seconds = end - start + 10;
  expect(found?.spans.length).toBeGreaterThanOrEqual(Math.floor(seconds * 10) * 40);
});

test.each([
  ["two looks at a counter would not fit", { every: 0.01, spans: 100 }],
  ["no slice is short enough", { every: 0.01, spans: 500 }],
])(
  "of even more nothing is: %s",
  async (_why, traffic) => {
    expect(await read(store(traffic))).toBeUndefined();
  },
  20_000,
);
