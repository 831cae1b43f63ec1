import { expect, test } from "@jest/globals";
import { type JaegerSpan, services, tree } from "./trace.ts";

const span = (
  id: string,
  parent: string | undefined,
  rest: Partial<JaegerSpan> = {},
): JaegerSpan => ({
  spanID: id,
  operationName: id,
  processID: "p1",
  startTime: 1,
  duration: 1500,
  ...(parent ? { references: [{ refType: "CHILD_OF", spanID: parent }] } : {}),
  ...rest,
});

const trace = (...spans: JaegerSpan[]) => ({
  traceID: "t",
  spans,
  processes: { p1: { serviceName: "api" }, p2: { serviceName: "worker" } },
});

test("children stand under their parents in order of start", () => {
  const lines = tree(
    trace(
      span("late", "root", { startTime: 3 }),
      span("root", undefined),
      span("early", "root", { startTime: 2, processID: "p2" }),
    ),
  );
  expect(lines).toEqual([
    "api: root (1.5 ms)",
    "├─ worker: early (1.5 ms)",
    "└─ api: late (1.5 ms)",
  ]);
});

test("a span whose parent is missing is shown as a root", () => {
  expect(tree(trace(span("root", undefined), span("orphan", "lost", { startTime: 2 })))).toEqual([
    "api: root (1.5 ms)",
    "api: orphan (1.5 ms)",
  ]);
});

test("services are named once, in order of first appearance", () => {
  expect(
    services(
      trace(
        span("b", "a", { startTime: 5, processID: "p2" }),
        span("a", undefined),
        span("c", "a", { startTime: 9 }),
      ),
    ),
  ).toEqual(["api", "worker"]);
});
