/** Spans and metrics on their way out: resource and scope around them, one request each. */
import { encodeRecords } from "../core/ring.ts";
import { release, takeBatch, type Batch } from "../core/batch.ts";
import { reanchor, now } from "../core/clock.ts";
import { outside } from "../core/context.ts";
import { encodeAttributes, Writer, type Constants } from "../core/protobuf.ts";
import { settle } from "../core/settle.ts";
import { stats } from "../core/stats.ts";
import { chargeWhole } from "../core/timing.ts";
import { requestParts } from "./envelope.ts";
import type { Outlet } from "./outlet.ts";

export interface Exporter {
  spans: () => void;
  /** `scopes` are encoded ScopeMetrics. */
  metrics: (scopes: Uint8Array[]) => void;
  /** `scopes` are encoded ScopeLogs; nothing is sent when there are none. */
  logs: (scopes: Uint8Array[]) => void;
}

export function createExporter(outlet: Outlet, attributes: Constants): Exporter {
  const resource = resourceBytes(attributes);

  const send = (batch: Batch): void => {
    const parts = requestParts(resource, batch);
    stats.batches++;
    const taken = outlet.post({ path: "/v1/traces", parts, done: () => release(batch) });
    if (!taken) release(batch);
  };

  /** ExportMetricsServiceRequest and ExportLogsServiceRequest look alike from outside. */
  const post = (path: string, scopes: Uint8Array[]): void => {
    const out = new Writer();
    out.message(1, () => {
      out.raw(resource);
      for (const each of scopes) out.blob(2, each);
    });
    const parts = [out.take()];
    outside(() => outlet.post({ path, parts, done: () => undefined }));
  };

  return {
    spans: () =>
      chargeWhole(() => {
        reanchor(Date.now(), now());
        settle();
        encodeRecords();
        const batch = takeBatch();
        if (batch !== null) outside(() => send(batch));
      }),
    metrics: (scopes) => post("/v1/metrics", scopes),
    logs: (scopes) => {
      if (scopes.length > 0) post("/v1/logs", scopes);
    },
  };
}

/** Field 1 of ResourceSpans, ResourceMetrics and ResourceLogs alike. */
function resourceBytes(attributes: Constants): Uint8Array {
  const out = new Writer();
  out.blob(1, encodeAttributes(1, attributes));
  return out.take();
}
