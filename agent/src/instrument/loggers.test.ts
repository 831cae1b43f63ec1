import { expect, test } from "@jest/globals";
import { runIn } from "../core/context.ts";
import { patchBreaker } from "./cockatiel.ts";
import { patchProto } from "./pino.ts";
import { open } from "./server.ts";
import { patchLogger } from "./winston.ts";

const span = open({ traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01` });

const AS_JSON = Symbol("pino.asJson");
const BINDINGS = Symbol("pino.chindings");

/** A line as pino puts it together: time, bindings of the logger, object. */
class Pino {
  [BINDINGS]: string;
  constructor(bindings: string) {
    this[BINDINGS] = bindings;
  }
  [AS_JSON](...args: unknown[]): string {
    const [object, , , time] = args;
    const rest = Object.entries(object as object).map(([key, value]) => `,"${key}":"${value}"`);
    return `{"level":30${String(time)}${this[BINDINGS]}${rest.join("")}}`;
  }
}
patchProto(() => new Pino(""));

const line = (bindings: string, object: object): string =>
  runIn(span, () => new Pino(bindings)[AS_JSON](object, "", 30, ',"time":1'), []);

test("pino's lines carry the ids once, the application's own where it has some", () => {
  expect(line("", { a: "b" })).toContain(`"trace_id":"${"1".repeat(32)}"`);
  expect(line("", { trace_id: "mine" })).toBe('{"level":30,"time":1,"trace_id":"mine"}');
  expect(line(',"trace_id":"mine"', {})).toBe('{"level":30,"time":1,"trace_id":"mine"}');
});

test("winston's records keep the application's own ids", () => {
  class Logger {
    write(record: object): object {
      return record;
    }
  }
  patchLogger(Logger);
  const written = (record: object): object => runIn(span, () => new Logger().write(record), []);
  expect(written({ a: 1 })).toMatchObject({ a: 1, trace_id: "1".repeat(32) });
  expect(written({ trace_id: "mine" })).toEqual({ trace_id: "mine" });
});

test("a frozen policy does its work", () => {
  class CircuitBreakerPolicy {
    state = 0;
    execute(): string {
      return "done";
    }
  }
  patchBreaker({ CircuitBreakerPolicy });
  expect(Object.freeze(new CircuitBreakerPolicy()).execute()).toBe("done");
});
