import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { WORD_TYPES } from "../domain/item.ts";
import { decode, encode } from "./message.ts";

const work = fc.record(
  {
    position: fc.integer({ min: 1, max: 1_000_000 }),
    term: fc.stringMatching(/^[가-힣a-z]{1,20}$/),
    type: fc.constantFrom(...WORD_TYPES),
    attempt: fc.integer({ min: 1, max: 9 }),
    itemId: fc.stringMatching(/^[1-9]\d{0,9}$/),
    batchId: fc.uuid(),
    requestId: fc.uuid(),
  },
  { requiredKeys: ["position", "term", "type", "attempt"] },
);

test("what is sent is what arrives, the trace beside it", () => {
  fc.assert(
    fc.property(work, (sent) => {
      const fields = ["traceparent", "00-1-2-01", "baggage", "batch.id=1", ...encode(sent)];
      expect(decode("stream", "1-0", fields)).toEqual({
        stream: "stream",
        id: "1-0",
        work: sent,
        carrier: { traceparent: "00-1-2-01", baggage: "batch.id=1" },
      });
    }),
  );
});

test.each([
  [[]],
  [["term", "사과"]],
  [["position", "x", "term", "사과", "type", "noun"]],
  [["position"]],
])("a message that cannot be read is no message: %j", (fields) => {
  expect(decode("stream", "1-0", fields)).toBeUndefined();
});
