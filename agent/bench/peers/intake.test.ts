import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { gzipSync } from "node:zlib";
import { type Intake, openIntake } from "./intake.ts";

const token = "0123456789abcdef";
let intake: Intake;

beforeEach(async () => {
  intake = await openIntake(token, "");
});
afterEach(() => intake.close());

const send = (path: string, body: Uint8Array, headers: Record<string, string> = {}) =>
  fetch(new URL(path, intake.url), { method: "POST", body: Buffer.from(body), headers });

const span = (trace: string): string => `${JSON.stringify({ span: { trace_id: trace } })}\n`;

test("spans of its own traces are counted, bytes of everything as they came", async () => {
  const mine = `${token}0000000000000002`;
  const body = gzipSync(span(mine) + span(mine) + span("f".repeat(32)));
  await send("/intake/v2/events?flushed=true", body, { "content-encoding": "gzip" });
  await send("/anything/else", Buffer.from("12345"));
  expect(intake.arrived()).toEqual({
    spans: 2,
    traces: 1,
    offTraces: 0,
    metricPoints: 0,
    bytes: body.length + 5,
  });
});

test("what has been counted is not counted again", async () => {
  await send("/intake/v2/events", Buffer.from(span(`${token}0000000000000002`)));
  expect(intake.arrived().spans).toBe(1);
  expect(intake.arrived().spans).toBe(1);
});

test("OTLP is answered with an empty message, an APM server tells its version", async () => {
  expect(await (await send("/v1/logs", Buffer.from(""))).text()).toBe("");
  expect(await (await fetch(intake.url)).json()).toMatchObject({ version: expect.any(String) });
});

test("what cannot be read is an error, not nothing", async () => {
  await send("/intake/v2/events", Buffer.from("{"));
  expect(() => intake.arrived()).toThrow(SyntaxError);
});
