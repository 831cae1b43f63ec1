/** What flows where inside one collector. Pure. */
import type { CollectorSpec } from "../migration/pipelines.ts";
import type { Names } from "./exporters.ts";
import { SPAN_METRICS } from "./places.ts";
import type { Tier, Works } from "./tiers.ts";

interface Plan {
  spec: CollectorSpec;
  tier: Tier;
  works: Works;
  names: Names;
}

export type Flow = Record<string, Pipeline>;

interface Pipeline {
  receivers: string[];
  processors: string[];
  exporters: string[];
}

/**
 * Without a queue of its own, data is answered for once it is in the batch. With one, whoever sends hears that it was taken
 * when it is in the queue, and batches are made behind it: nothing is only in a processor's memory.
 */
const batching = ({ queue }: CollectorSpec): string[] => (queue ? [] : ["batch"]);

export const pipelines = (plan: Plan): Flow => {
  const { spec, tier, names } = plan;
  const receivers = [tier === "back" && spec.kafka ? "kafka" : "otlp"];
  const processors = ["memory_limiter", ...batching(spec)];
  const counted = [...receivers, ...measured(plan.works)];
  const all = {
    ...traces(plan, receivers),
    metrics: { receivers: counted, processors, exporters: names.metrics },
    logs: { receivers, processors, exporters: names.logs },
  };
  // Only traces are balanced: the rest went its way in the first tier.
  return tier === "back" && !spec.kafka ? traces(plan, receivers) : all;
};

const traces = ({ spec, works, names }: Plan, receivers: string[]): Flow => {
  const limited = ["memory_limiter"];
  const rest = [...(works.sampling ? ["tail_sampling"] : []), ...batching(spec)];
  // One door for both: data that the limiter refuses is refused as a whole, and none of it is counted twice.
  if (works.spanMetrics && works.sampling)
    return {
      traces: { receivers, processors: limited, exporters: [SPAN_METRICS, "forward"] },
      "traces/sampled": { receivers: ["forward"], processors: rest, exporters: names.traces },
    };
  const exporters = [...names.traces, ...measured(works)];
  return { traces: { receivers, processors: [...limited, ...rest], exporters } };
};

const measured = ({ spanMetrics }: Works): string[] => (spanMetrics ? [SPAN_METRICS] : []);
