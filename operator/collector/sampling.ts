/** Which traces stay, and what is counted of those that go. Pure. */
import type { CollectorSpec } from "../migration/pipelines.ts";
import type { Tree } from "./places.ts";

type Sampling = NonNullable<CollectorSpec["tailSampling"]>;
type SpanMetrics = NonNullable<CollectorSpec["spanMetrics"]>;

/** A trace stays when one of them wants it. */
export const samplingPolicies = (sampling: Sampling): Tree => ({
  decision_wait: `${sampling.waitSeconds}s`,
  num_traces: sampling.maxTraces,
  // Spans that come after the decision are treated as it said.
  decision_cache: {
    sampled_cache_size: sampling.maxTraces * 10,
    non_sampled_cache_size: sampling.maxTraces * 10,
  },
  policies: [
    ...(sampling.errors
      ? [{ name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } }]
      : []),
    { name: "slow", type: "latency", latency: { threshold_ms: sampling.slowMs } },
    {
      name: "share",
      type: "probabilistic",
      probabilistic: { sampling_percentage: sampling.sharePercent },
    },
  ],
});

/** Seconds, like everything else that Prometheus gets. */
export const spanMetricsConnector = ({ dimensions, bucketsMs }: SpanMetrics): Tree => ({
  histogram: { unit: "s", explicit: { buckets: bucketsMs.map((bound) => `${bound}ms`) } },
  ...(dimensions.length > 0 ? { dimensions: dimensions.map((name) => ({ name })) } : {}),
  metrics_flush_interval: "15s",
  // A service that is gone for good is forgotten.
  metrics_expiration: "1h",
});
