/** Pods that start while the webhook is away start plain; they are found and replaced when it is back. */
import { get, kubectl } from "../kit/kubectl.ts";
import { NAMESPACE } from "../kit/migration.ts";
import {
  applyResource,
  back,
  endMigration,
  reach,
  sample,
  type Stage,
  type Story,
  withoutTrials,
} from "../kit/story.ts";
import { until } from "../kit/wait.ts";

interface Pod {
  metadata: { name: string; annotations?: Record<string, string>; deletionTimestamp?: string };
  status: { phase: string };
}

const plainWorkers = async ({ tools }: Stage): Promise<string[]> => {
  const list = await get<{ items: Pod[] }>(tools, [
    "-n",
    NAMESPACE,
    "pods",
    "-l",
    "app.kubernetes.io/name=worker",
  ]);
  const live = (list?.items ?? []).filter(
    ({ metadata, status }) => !metadata.deletionTimestamp && status.phase === "Running",
  );
  return live
    .filter(({ metadata }) => !metadata.annotations?.["flashcard-otel.dev/injected"])
    .map(({ metadata }) => metadata.name);
};

const scaleWebhook = ({ tools }: Stage, replicas: number): Promise<string> =>
  kubectl(tools, [
    "-n",
    "flashcard-otel",
    "scale",
    "deployment",
    "-l",
    "app.kubernetes.io/component=webhook",
    `--replicas=${replicas}`,
  ]);

const webhookPods = async ({ tools }: Stage): Promise<number> => {
  const list = await get<{ items: Pod[] }>(tools, [
    "-n",
    "flashcard-otel",
    "pods",
    "-l",
    "app.kubernetes.io/component=webhook",
  ]);
  return list?.items.length ?? 0;
};

const play = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  const resource = withoutTrials(await sample());
  await applyResource(tools, { ...resource, spec: { ...resource.spec, target: "Instrumented" } });
  await reach(stage, { target: "Instrumented", seconds: 400 });
  say("taking the webhook away and deleting one worker");
  await scaleWebhook(stage, 0);
  await until(
    { what: "the webhook's pods being gone", seconds: 60 },
    async () => (await webhookPods(stage)) === 0,
  );
  const worker = (
    await kubectl(tools, [
      "-n",
      NAMESPACE,
      "get",
      "pods",
      "-l",
      "app.kubernetes.io/name=worker",
      "-o",
      "jsonpath={.items[0].metadata.name}",
    ])
  ).trim();
  await kubectl(tools, ["-n", NAMESPACE, "delete", "pod", worker, "--wait=false"]);
  const [plain] = await until(
    { what: "a worker that runs without the agent", seconds: 60 },
    async () => {
      const names = await plainWorkers(stage);
      return names.length > 0 ? names : undefined;
    },
  );
  say(`${plain} runs plain: nothing was blocked`);
  await scaleWebhook(stage, 2);
  await until(
    { what: "no worker running plain", seconds: 240, everyMs: 1000 },
    async () => (await plainWorkers(stage)).length === 0,
  );
  say("every worker carries the agent again");
  await back(stage);
  await endMigration(stage);
};

export const webhookGone: Story = {
  name: "webhook-gone",
  promise: "pods that missed the agent are found and replaced, and never blocked",
  play,
};
