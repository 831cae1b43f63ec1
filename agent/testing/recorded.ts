/** What the core has recorded in this process, as the request that would leave. */
import { requestParts } from "../src/export/envelope.ts";
import { release, takeBatch } from "../src/core/batch.ts";
import { now } from "../src/core/clock.ts";
import { FLAGS, identity, newTrace, SAMPLED } from "../src/core/ids.ts";
import { encodeRecords } from "../src/core/ring.ts";
import { Span } from "../src/core/span.ts";

/** Empty when nothing was recorded since. */
export function takeRequest(): Buffer {
  encodeRecords();
  const batch = takeBatch();
  if (batch === null) return Buffer.alloc(0);
  const request = Buffer.concat(requestParts(new Uint8Array(0), batch));
  release(batch);
  return request;
}

/** A sampled span without a parent. */
export function root(): Span {
  const ids = identity();
  newTrace(ids);
  ids[FLAGS] = SAMPLED;
  return new Span(ids, now(), null);
}
