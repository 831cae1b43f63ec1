import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "@jest/globals";
import { pino } from "pino";
import { until } from "../e2e/kit/wait.ts";
import { ClusterError, type Manifest } from "./cluster/cluster.ts";
import type { Change, Interest, Listener, OpenWatch } from "./cluster/watch.ts";
import { type Controller, type ControllerOptions, startController } from "./controller.ts";
import type { Key } from "./migrations.ts";
import { world } from "./migration/scenes.ts";

let controller: Controller | undefined;
afterEach(async () => {
  await controller?.stop();
});

/** Watches whose events the test sends. */
const stage = () => {
  const opened: { interest: Interest; listener: Listener; stopped: boolean }[] = [];
  const openWatch: OpenWatch = (interest, listener) => {
    const one = { interest, listener, stopped: false };
    opened.push(one);
    return {
      synced: () => true,
      stop: async () => {
        one.stopped = true;
      },
    };
  };
  const of = (kind: string) =>
    opened.filter(({ interest, stopped }) => interest.kind === kind && !stopped);
  const send = (kind: string, object: Manifest, type: Change["type"] = "Present") => {
    for (const { listener } of of(kind)) listener.onChange({ type, object });
  };
  const openedIn = (kind: string) => of(kind).map(({ interest }) => interest.namespace);
  return { openWatch, send, openedIn, open: (kind: string) => of(kind).length };
};

const migration = (
  name: string,
  { namespace = "flashcards", generation = 1, workload = "worker" } = {},
): Manifest => ({
  apiVersion: "flashcard-otel.dev/v1alpha1",
  kind: "FlashcardTelemetry",
  metadata: { name, namespace, generation, uid: name },
  spec: { components: [{ target: { name: workload } }] },
});

const object = (kind: string, name: string, labels = {}): Manifest => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace: "flashcards", labels },
});

const RESOURCE = "FlashcardTelemetry";

const start = (change: Partial<ControllerOptions> = {}) => {
  const looks: string[] = [];
  const outcomes: string[] = [];
  const told: string[] = [];
  const logged: string[] = [];
  const theatre = stage();
  const reconcile = async ({ name }: Key) => {
    looks.push(name);
    return { requeueSeconds: 600, migration: world().migration };
  };
  controller = startController({
    openWatch: theatre.openWatch,
    namespaces: [],
    pace: { settleMs: 5, spacingMs: 20 },
    reconcile,
    log: pino({ base: null }, { write: (line: string) => void logged.push(line) }),
    observe: {
      look: (outcome) => void outcomes.push(outcome),
      migration: ({ name }, seen) => void told.push(`${name} ${seen ? "here" : "gone"}`),
      watchReplaced: () => undefined,
    },
    ...change,
  });
  return { ...theatre, looks, outcomes, logged, told };
};

const settled = (what: string, look: () => boolean) =>
  until({ what, seconds: 5, everyMs: 5 }, async () => look());

test("a resource is looked at when it appears and when its spec changes, not when its status does", async () => {
  const { send, looks } = start();
  send(RESOURCE, migration("a"));
  await settled("the first look", () => looks.length === 1);
  send(RESOURCE, { ...migration("a"), status: { phase: "Alongside" } });
  await sleep(60);
  expect(looks).toEqual(["a"]);
  send(RESOURCE, migration("a", { generation: 2 }));
  await settled("the second look", () => looks.length === 2);
});

test("workloads, their pods and our own objects ask for a look at the migration they concern", async () => {
  const { send, looks } = start();
  send(RESOURCE, migration("a"));
  send(RESOURCE, migration("b", { workload: "gateway" }));
  await settled("both", () => looks.length === 2);
  for (const one of [object("Deployment", "stranger"), object("Deployment", "worker-2")])
    send("Deployment", one);
  send("Pod", object("Pod", "stranger-1"));
  send("Deployment", object("Deployment", "worker"));
  await settled("the Deployment", () => looks.length === 3);
  send("Pod", object("Pod", "gateway-7d9f-abcde"));
  await settled("the pod", () => looks.length === 4);
  send("Job", object("Job", "a-trial", { "flashcard-otel.dev/migration": "a" }));
  await settled("the Job", () => looks.length === 5);
  expect(looks.slice(2)).toEqual(["a", "b", "a"]);
});

test("only namespaces with a migration are watched, and no longer than there is one", async () => {
  const { send, open } = start();
  expect(open("Pod")).toBe(0);
  send(RESOURCE, migration("a"));
  send(RESOURCE, migration("b"));
  expect(open("Pod")).toBe(1);
  send(RESOURCE, migration("a"), "Gone");
  expect(open("Pod")).toBe(1);
  send(RESOURCE, migration("b"), "Gone");
  expect(open("Pod")).toBe(0);
});

test("what a look has left is told, and that there is nothing any more", async () => {
  const left = [{ requeueSeconds: 600, migration: world().migration }];
  const { send, told } = start({ reconcile: async () => left.shift() });
  send(RESOURCE, migration("a"));
  await settled("the first look", () => told.length === 1);
  send(RESOURCE, migration("a"), "Gone");
  await settled("the last look", () => told.length === 2);
  expect(told).toEqual(["a here", "a gone"]);
});

test("with a list of namespaces nothing else is watched", () => {
  const { openedIn } = start({ namespaces: ["flashcards", "other"] });
  expect(openedIn(RESOURCE)).toEqual(["flashcards", "other"]);
});

test("a stale look is repeated at once without a word, a thrown error later with one", async () => {
  const errors: Error[] = [new ClusterError("Conflict", "stale"), new Error("boom")];
  const { send, outcomes, logged } = start({
    reconcile: async () => {
      const error = errors.shift();
      if (error) throw error;
      return { requeueSeconds: 600, migration: world().migration };
    },
  });
  send(RESOURCE, migration("a"));
  await settled("the good look", () => outcomes.length === 3);
  expect(outcomes).toEqual(["stale", "failed", "looked"]);
  expect(logged).toHaveLength(1);
  expect(logged[0]).toContain("boom");
}, 10_000);

test("conflicts that do not end are no stale looks", async () => {
  const { send, outcomes } = start({
    reconcile: async () => {
      throw new ClusterError("Conflict", "somebody owns that field");
    },
  });
  send(RESOURCE, migration("a"));
  await settled("a failure", () => outcomes.includes("failed"));
  expect(outcomes).toEqual(["stale", "stale", "stale", "stale", "failed"]);
});

test("a resource that is gone is looked at once, and with it those that it may have stood in the way of", async () => {
  const { send, looks } = start();
  send(RESOURCE, migration("a"));
  send(RESOURCE, migration("b"));
  await settled("both", () => looks.length === 2);
  send(RESOURCE, migration("a"), "Gone");
  await settled("both again", () => looks.length === 4);
  expect(looks.slice(2).toSorted()).toEqual(["a", "b"]);
});
