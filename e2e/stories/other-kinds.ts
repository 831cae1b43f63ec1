/** A StatefulSet is instrumented by partition and a CronJob by its next run; on the way back both are what they were. */
import assert from "node:assert/strict";
import { installPatient } from "../kit/install.ts";
import { get, type Tools } from "../kit/kubectl.ts";
import { NAMESPACE, readStatus } from "../kit/migration.ts";
import {
  applyResource,
  back,
  endMigration,
  reach,
  sample,
  type Stage,
  type Story,
} from "../kit/story.ts";
import { until } from "../kit/wait.ts";

const components = [
  {
    name: "archive",
    target: { kind: "StatefulSet", name: "archive", container: "app" },
    trial: { sideEffects: "None", skip: true },
    rollout: { soakSeconds: 10, acceptNotGuarded: true },
  },
  {
    name: "retention",
    target: { kind: "CronJob", name: "retention", container: "app" },
    trial: { sideEffects: "None", acceptUnmeasured: true },
  },
];

interface Workload {
  spec: { jobTemplate?: unknown };
  status?: { updateRevision?: string };
}

/** What the users of both see: the revision of the pods, and the template of the runs. */
const asTheyAre = async (tools: Tools): Promise<unknown[]> => {
  const read = (name: string) => get<Workload>(tools, ["-n", NAMESPACE, name]);
  const [archive, retention] = [
    await read("statefulsets/archive"),
    await read("cronjobs/retention"),
  ];
  assert.ok(archive && retention, "the chart has made no archive or no retention");
  return [archive.status?.updateRevision, retention.spec.jobTemplate];
};

const isPartial = ({ tools }: Stage): Promise<boolean> =>
  until(
    { what: "one archive being renewed before the other", seconds: 240, everyMs: 200 },
    async () => {
      const status = await readStatus(tools);
      return status?.components.some(
        ({ name, partition }) => name === "archive" && partition === 1,
      );
    },
  );

const play = async (stage: Stage): Promise<void> => {
  const { tools, images } = stage;
  await installPatient(tools, images, {
    "archive.replicas": "2",
    "retention.schedule": "* * * * *",
  });
  const before = await asTheyAre(tools);
  const resource = await sample();
  await applyResource(tools, {
    ...resource,
    spec: { ...resource.spec, components, target: "Instrumented" },
  });
  await isPartial(stage);
  await reach(stage, { target: "Instrumented", seconds: 500 });
  const proofs = (await readStatus(tools))?.components.map(({ verdict }) => verdict?.reason);
  assert.deepEqual(proofs, ["Skipped", "AcceptedUnmeasured"]);
  await back(stage);
  assert.deepEqual(await asTheyAre(tools), before);
  await endMigration(stage);
  await installPatient(tools, images);
};

export const otherKinds: Story = {
  name: "other-kinds",
  promise:
    "a StatefulSet goes by partition, a CronJob by its next run, and both come back as they were",
  play,
};
