/** What outgoing calls share, whichever library makes them: parents, baggage, sampling, and the context afterwards. */
import http from "node:http";
import { context, propagation, trace } from "@opentelemetry/api";
import { call, callee, read } from "../calls.ts";
import { play, type Scenario } from "../stage.ts";
import { within } from "../within.ts";

const withoutCaller: Scenario = async (stage) => {
  const { origin, heard } = await callee(stage);
  return [
    await read(`${origin}/200`),
    await call(`${origin}/201`),
    heard.map(({ traceparent }) => traceparent),
  ];
};

const withBaggage: Scenario = async (stage) => {
  const { origin, heard } = await callee(stage);
  const bag = propagation.createBaggage({ "batch.id": { value: "b 1" }, other: { value: "ü" } });
  await context.with(propagation.setBaggage(context.active(), bag), () =>
    within("with baggage", async () => [await read(`${origin}/200`), await call(`${origin}/200`)]),
  );
  return heard;
};

const unsampled: Scenario = async (stage) => {
  const { origin, heard } = await callee(stage);
  const caller = { traceId: "7".repeat(32), spanId: "8".repeat(16), traceFlags: 0 };
  await context.with(trace.setSpanContext(context.active(), caller), () =>
    within("unsampled", async () => [await read(`${origin}/200`), await call(`${origin}/200`)]),
  );
  return heard;
};

const contextAfterCalls: Scenario = async (stage) => {
  const { origin } = await callee(stage);
  return within("outer", async () => {
    const outer = trace.getActiveSpan();
    await read(`${origin}/200`);
    const after = trace.getActiveSpan() === outer;
    const inCallback = await new Promise<boolean>((resolve) => {
      http.get(`${origin}/200`, (response) => {
        response.resume().on("end", () => resolve(trace.getActiveSpan() === outer));
      });
    });
    return [after, inCallback];
  });
};

export const scenarios = {
  withoutCaller,
  withBaggage,
  unsampled,
  contextAfterCalls,
};

if (import.meta.main) void play(scenarios);
