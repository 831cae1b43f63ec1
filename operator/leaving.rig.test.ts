/** Deletion and uninstallation on a real API server: what is restored, what may stay, and that none of it takes for ever. */
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { pino } from "pino";
import type { Manifest } from "./cluster/cluster.ts";
import { chapterOf } from "./crash/chapters.ts";
import { record } from "./crash/play.ts";
import { type Moment, NAME, NAMESPACE, openStage, type Stage } from "./crash/stage.ts";
import { COMMAND } from "./migration/goal.ts";
import { FINALIZER, GROUP, KIND, type Status, VERSION } from "./migration/schema.ts";
import { uninstall } from "./uninstall.ts";

const AGENT = "flashcard-otel.dev/agent";
const INJECTED = "flashcard-otel.dev/injected";
const reference = {
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  namespace: NAMESPACE,
  name: NAME,
};

let stage: Stage;
let instrumented: Moment;

beforeAll(async () => {
  stage = await openStage();
  let moment: Moment | undefined;
  for (const name of ["alongside", "instrumented"])
    ({ after: moment } = await record(stage, chapterOf(name), moment));
  if (!moment) throw new Error("nothing was recorded");
  instrumented = moment;
}, 240_000);

beforeEach(() => stage.restore(instrumented));
afterAll(() => stage.stop());

const list = (apiVersion: string, kind: string): Promise<Manifest[]> =>
  stage.cluster.list({ apiVersion, kind, namespace: NAMESPACE });

const agents = async (): Promise<Manifest[]> =>
  (await list("v1", "ConfigMap")).filter(({ metadata }) =>
    metadata.name.startsWith("flashcard-otel-agent-"),
  );

const asking = async (): Promise<string[]> =>
  (await list("apps/v1", "Deployment")).flatMap(({ metadata, spec }) =>
    AGENT in ((spec as Template).template.metadata.annotations ?? {}) ? [metadata.name] : [],
  );

const injected = async (): Promise<string[]> =>
  (await list("v1", "Pod")).flatMap(({ metadata, status }) =>
    INJECTED in (metadata.annotations ?? {}) && (status as { phase?: string }).phase === "Running"
      ? [metadata.name]
      : [],
  );

interface Template {
  template: { metadata: { annotations?: Record<string, string> } };
}

/** More looks than any deadline has, ten seconds each. */
const MOST_LOOKS = 400;

const lookUntil = async (isDone: () => Promise<boolean>): Promise<number> => {
  for (let looks = 1; looks < MOST_LOOKS; looks += 1) {
    await stage.look({ crashing: [] });
    if (await isDone()) return looks;
  }
  const { next } = ((await stage.resource())?.status ?? {}) as Partial<Status>;
  throw new Error(`not done after ${MOST_LOOKS} looks: ${next?.reason}: ${next?.message}`);
};

const isGone = async (): Promise<boolean> => (await stage.resource()) === undefined;

test("with revertOnDeletion: false the workloads keep the agent, and the agents outlive the resource", async () => {
  const before = await asking();
  await stage.user.merge(reference, { spec: { revertOnDeletion: false } });
  await lookUntil(async () => true);
  await stage.user.remove(reference);
  await lookUntil(isGone);
  expect(before).toEqual(["api"]);
  expect(await asking()).toEqual(before);
  const kept = await agents();
  expect(kept.length).toBeGreaterThan(0);
  for (const { metadata } of kept) expect(metadata.ownerReferences ?? []).toEqual([]);
}, 120_000);

test("a new resource takes over what an earlier one has left behind", async () => {
  const [resource] = [await stage.resource()];
  await stage.user.merge(reference, { spec: { revertOnDeletion: false } });
  await stage.user.remove(reference);
  await lookUntil(isGone);
  const { spec } = resource ?? {};
  await stage.user.create({ ...reference, metadata: { name: NAME, namespace: NAMESPACE }, spec });
  await lookUntil(async () => {
    const { components } = ((await stage.resource())?.status ?? {}) as Partial<Status>;
    return components?.find(({ name }) => name === "store")?.stage === "Instrumented";
  });
  const uid = (await stage.resource())?.metadata.uid;
  const owners = (await agents()).flatMap(({ metadata }) => metadata.ownerReferences ?? []);
  expect(owners.length).toBeGreaterThan(1);
  expect(new Set(owners.map((owner) => owner.uid))).toEqual(new Set([uid]));
}, 240_000);

test("uninstalling waits until the workloads are plain, and leaves the resource for the next installation", async () => {
  let over = false;
  const leaving = uninstall({
    cluster: stage.cluster,
    namespaces: [],
    seconds: 100,
    log: pino({ level: "silent" }),
    everyMs: 50,
  }).finally(() => (over = true));
  await lookUntil(() => Promise.resolve(over));
  await leaving;
  expect(await asking()).toEqual([]);
  const { metadata } = (await stage.resource()) ?? {};
  expect(metadata?.finalizers ?? []).not.toContain(FINALIZER);
  expect(await injected()).toEqual([]);
  await stage.look({ crashing: [] });
  expect((await stage.resource())?.metadata.finalizers ?? []).toEqual([]);
  await stage.user.merge(reference, { metadata: { annotations: { [COMMAND.leave]: null } } });
  await lookUntil(async () => (await asking()).length > 0);
}, 240_000);

test("uninstalling says in time who has not let go, and why", async () => {
  const attempt = uninstall({
    cluster: stage.cluster,
    namespaces: [NAMESPACE],
    seconds: 0,
    log: pino({ level: "silent" }),
    everyMs: 1,
  });
  await expect(attempt).rejects.toThrow(/still in workloads of shop\/pipeline \(Settled/);
});

test("a pod that cannot go does not hold the resource for ever: it is told, and keeps its agent", async () => {
  const carrying = (await list("v1", "Pod")).find(({ metadata }) =>
    metadata.name.startsWith("api-"),
  );
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    namespace: NAMESPACE,
    name: carrying?.metadata.name ?? "",
  };
  await stage.user.merge(pod, { metadata: { finalizers: ["test/holds"] } });
  await stage.user.remove(reference);
  await lookUntil(isGone);
  expect(await asking()).toEqual([]);
  const events = (await list("events.k8s.io/v1", "Event")).filter(
    ({ reason }) => reason === "NotRestored",
  );
  expect(events.map(({ note }) => note)).toEqual([
    expect.stringContaining(`${pod.name} carry the agent`),
  ]);
  const mark = carrying?.metadata.annotations?.[AGENT] ?? "";
  expect(
    (await agents()).filter(({ metadata }) => mark.includes(metadata.name.slice(-10))),
  ).toHaveLength(1);
  await stage.user.merge(pod, { metadata: { finalizers: null } });
}, 240_000);
