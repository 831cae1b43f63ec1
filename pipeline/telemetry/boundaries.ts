/** Bucket boundaries, declared once: a histogram can only be compared with one that cuts at the same places. */
export const boundaries = {
  /** Seconds; a call to a model may take a minute, a stage answered from the cache a millisecond. */
  call: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60],
  /** Seconds; the boundaries of OpenTelemetry's `db.client.operation.duration`. */
  database: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  rows: [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10_000],
  /** Seconds; waiting for something local. */
  wait: [0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
};
