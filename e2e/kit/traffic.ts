/** The pulse of a migration goes with it. This is the same traffic as the team's own: it counts until the story ends. */
import assert from "node:assert/strict";
import { downtimeSentence } from "../../operator/migration/downtime.ts";
import { lastReport } from "../../operator/pulse/report.ts";
import { get, kubectl, type Tools } from "./kubectl.ts";
import type { Place } from "./migration.ts";
import { applyResource, type Pulse, type Stage } from "./story.ts";
import { until } from "./wait.ts";

const NAME = "traffic";
const LABELS = { app: NAME };

interface Script {
  data: Record<string, string>;
}

interface Deployment {
  spec: { template: { spec: object } };
}

/** Copies what the operator made of `spec.pulse`, under another name and nobody's. */
export const startTraffic = async ({ tools }: Stage, { namespace, name }: Place): Promise<void> => {
  const ours = `${name}-pulse`;
  const read = <T>(what: string) => get<T>(tools, ["-n", namespace, what]);
  const script = await read<Script>(`configmaps/${ours}`);
  const pulse = await read<Deployment>(`deployments/${ours}`);
  assert.ok(script && pulse, "the migration has no pulse");
  const metadata = { name: NAME, namespace };
  const spec = JSON.parse(JSON.stringify(pulse.spec.template.spec).replaceAll(ours, NAME));
  const template = { metadata: { labels: LABELS }, spec };
  for (const object of [
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: script.data },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { selector: { matchLabels: LABELS }, strategy: { type: "Recreate" }, template },
    },
  ])
    await applyResource(tools, object);
  await until({ what: "traffic that counts", seconds: 120 }, async () => {
    const seen = await count(tools, namespace);
    return (seen?.sent ?? 0) > 0;
  });
};

const count = async (tools: Tools, namespace: string): Promise<Pulse | undefined> => {
  const log = await kubectl(tools, ["-n", namespace, "logs", `deployment/${NAME}`, "--tail=200"]);
  const report = lastReport(log);
  return (
    report && {
      sent: report.requests,
      failed: Math.max(report.failed, report.failedRequests),
      longestGapMs: Math.round(report.longestGapMs),
    }
  );
};

/** Not one failed request in all of it; the traffic ends. */
export const endTraffic = async (stage: Stage, { namespace }: Place): Promise<void> => {
  const { tools, say, pulse } = stage;
  const seen = await count(tools, namespace);
  assert.ok(seen, "the traffic has counted nothing");
  say(`traffic: ${downtimeSentence(seen)}`);
  pulse(seen);
  await kubectl(tools, ["-n", namespace, "delete", `deployment/${NAME}`, `configmap/${NAME}`]);
  assert.equal(seen.failed, 0);
};
