/** A parity map of one row, for tests. */
import type { Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";

export const parityMap: Manifest = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "parity-map", namespace: "shop" },
  data: {
    "parity.yaml": JSON.stringify({
      version: 1,
      rows: [
        {
          row: "requests",
          legacy: "http_requests_total",
          otel: "http_server_requests_total",
          path: "scrape",
          kind: "counter",
          unitFactor: 1,
          labels: {},
          tolerancePercent: 1,
        },
      ],
    }),
  },
};
