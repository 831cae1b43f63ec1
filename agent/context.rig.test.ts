import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startService, type Service } from "./testing/service.ts";

let service: Service;

beforeAll(async () => {
  service = await startService("context.mjs");
}, 60_000);

afterAll(() => service.stop());

test("timers, streams, emitters and messages of workers go on in the context they were begun in", async () => {
  const calls = await Promise.all(
    ["b1", "b2", "b3"].map((batch) =>
      service.call("/", 1, { headers: { baggage: `batch.id=${batch}` } }),
    ),
  );
  for (const [at, { answer, traceId }] of calls.entries()) {
    const ways = Object.entries(answer as Record<string, unknown>);
    expect(ways.length).toBe(13);
    for (const [way, seen] of ways)
      expect([way, seen]).toEqual([way, { traceId, batch: `b${at + 1}` }]);
  }
});
