import { beforeEach, expect, test } from "@jest/globals";
import { decodeMetrics } from "../../testing/otlp.ts";
import { Writer } from "../core/protobuf.ts";
import { templates } from "../core/template.ts";
import { meters } from "../metrics/registry.ts";
import { patchWorker } from "./bullmq.ts";

type Processor = (job: unknown) => unknown;

let queue = 0;
let name = "";
beforeEach(() => {
  name = `queue ${queue++}`;
});

/** As BullMQ has it: the processor's result is awaited by the caller. */
function worker(processFn: Processor): { callProcessJob: Processor } {
  class Worker {
    name = name;
    processFn = processFn;
    callProcessJob(job: unknown): unknown {
      return this.processFn(job);
    }
  }
  patchWorker({ Worker });
  return new Worker();
}

/** How often a job of the queue was processed, by error. */
function processed(): [unknown, number][] {
  const out = new Writer();
  out.message(1, () => meters.collect().forEach((scope) => out.blob(2, scope)));
  const metric = decodeMetrics(out.take()).metrics.find(
    (each) => each.name === "messaging.client.consumed.messages",
  );
  return (metric?.points ?? [])
    .filter(({ attributes }) => attributes["messaging.destination.name"] === name)
    .map(({ attributes, value }) => [attributes["error.type"], value]);
}

test.each<[string, Processor, unknown]>([
  ["returns at once", () => 7, 7],
  ["returns nothing", () => undefined, undefined],
  ["returns null", () => null, null],
])("a processor that %s has done its job", (_, process, result) => {
  expect(worker(process).callProcessJob({ id: "1" })).toBe(result);
  expect(processed()).toEqual([[undefined, 1]]);
});

test("a processor that returns a promise has done its job when that is kept", async () => {
  await expect(worker(() => Promise.resolve(7)).callProcessJob({ id: "1" })).resolves.toBe(7);
  expect(processed()).toEqual([[undefined, 1]]);
});

const planned = new TypeError("planned");

test("a processor that throws at once has failed, with its own error", () => {
  const thrower = worker(() => {
    throw planned;
  });
  expect(() => thrower.callProcessJob({ id: "1" })).toThrow(planned);
  expect(processed()).toEqual([["TypeError", 1]]);
});

test("a processor whose promise is broken has failed, with its own error", async () => {
  const rejecter = worker(() => Promise.reject(planned));
  await expect(rejecter.callProcessJob({ id: "1" })).rejects.toBe(planned);
  expect(processed()).toEqual([["TypeError", 1]]);
});

test("queues without end cost no more than a few hundred", () => {
  const process = (of: string): unknown => {
    name = of;
    return worker(() => 7).callProcessJob({ id: "1" });
  };
  for (let at = 0; at < 300; at++) process(`endless ${at}`);
  const before = templates.length;
  for (let at = 300; at < 400; at++) process(`endless ${at}`);
  expect(templates.length).toBe(before);
  expect(processed()).toEqual([]);
  name = "(too many)";
  expect(processed()[0]?.[1]).toBeGreaterThan(100);
});
